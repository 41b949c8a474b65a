-- Closes the queue's epoch, if it is this one. Its number stays: nothing older may be opened after it
-- keys: all of the queue
-- arguments: epoch
-- reply: 1 if it was this one
-- @include shared/keys
-- @include shared/fence
local meta = readMeta()
if not meta or meta.epoch ~= tonumber(ARGV[1]) then return 0 end
meta.shut = 1
writeMeta(meta)
redis.call('UNLINK', unpack(KEYS, 2))
return 1
