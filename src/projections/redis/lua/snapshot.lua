-- All that is held of a queue, as of one moment
-- keys: all of the queue
-- reply: false, or the numbers of meta (epoch, segment_size, claimed_to, allocated, published, fetched,
--   version, tokens, clock), then known, pending, gaps, returned as members, then worker, lease of each
-- @include shared/keys
-- @include shared/identity
-- @include shared/fence
local meta = openMeta(serverIdentity())
if not meta then return false end
local function all(key)
  return redis.call('ZRANGE', key, 0, -1)
end
return {
  {
    meta.epoch, meta.segment_size, meta.claimed_to, meta.allocated, meta.published, meta.fetched,
    meta.version, meta.tokens, meta.clock,
  },
  all(KNOWN), all(PENDING), all(GAPS), all(RETURNED), redis.call('HGETALL', WORKERS),
}
