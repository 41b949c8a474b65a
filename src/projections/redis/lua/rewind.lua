-- Opens a new epoch in place: walking up from `last` meets every task above it again
-- keys: all of the queue
-- arguments: the epoch that must be there, the new one, last, then segments that are open again
-- reply: `OPENED` or `STALE`
-- @include shared/keys
-- @include shared/identity
-- @include shared/fence
-- @include shared/ranges
local meta = openMeta(serverIdentity())
if not meta or meta.epoch ~= tonumber(ARGV[1]) then return 'STALE' end
-- One that was closed since they were read: its gaps are forgotten, so only a rebuild can open it again.
for i = 4, #ARGV do
  local segment = tonumber(ARGV[i])
  if segment * meta.segment_size <= meta.claimed_to and not redis.call('ZSCORE', KNOWN, segment) then
    return 'STALE'
  end
end
local last = tonumber(ARGV[3])
meta.epoch = tonumber(ARGV[2])
meta.version = 0
meta.fetched = math.min(meta.fetched, last)
meta.scan = 0
meta.claim_told_at = -1 -- a claim under way was for the old epoch, and the log refuses it
ranges.remove(RETURNED, last + 1, math.huge)
for i = 4, #ARGV do change('ZADD', KNOWN, ARGV[i], ARGV[i]) end
saveMeta(meta)
return 'OPENED'
