-- Closes the queue's epoch, if it is this one. Its number stays: nothing older may be opened after it
-- keys: all of the queue
-- arguments: epoch
-- reply: 1 if it was this one
-- @include shared/keys
if tonumber(redis.call('HGET', META, 'epoch') or nil) ~= tonumber(ARGV[1]) then return 0 end
redis.call('HSET', META, 'shut', 1)
redis.call('UNLINK', unpack(KEYS, 2))
return 1
