-- Opens a staged state in place of what is there
-- keys: all of the queue, then the staged keys in the same order, without meta
-- arguments: identity that was read, offset of the clock in ms, epoch, segment_size, claimed_to,
--   allocated, published, fetched, version, tokens, clock, then how large each staged key must be
-- reply: `OPENED`; `REFUSED`: this or a newer epoch is there, or this is another server; `INCOMPLETE`: what
--   was staged is not all there
-- @include shared/keys
-- @include shared/identity
-- @include shared/fence
local identity = serverIdentity()
local there = readMeta()
if identity ~= ARGV[1] or (there and there.epoch >= tonumber(ARGV[3])) then
  redis.call('UNLINK', unpack(KEYS, KEYS_EACH + 1))
  return 'REFUSED'
end
local sizes = {}
for i = 2, KEYS_EACH do
  local key, staged = KEYS[i], KEYS[KEYS_EACH + i - 1]
  sizes[key] = redis.call(key == WORKERS and 'HLEN' or 'ZCARD', staged)
  if sizes[key] ~= tonumber(ARGV[10 + i]) then return 'INCOMPLETE' end
end

local time = serverTime(ARGV[2])
redis.call('UNLINK', unpack(KEYS, 1, KEYS_EACH))
for i = 2, KEYS_EACH do
  local key, staged = KEYS[i], KEYS[KEYS_EACH + i - 1]
  if sizes[key] > 0 then
    redis.call('RENAME', staged, key)
    redis.call('PERSIST', key) -- a RENAME carries the time to live
  end
end
writeMeta({
  identity = identity,
  epoch = tonumber(ARGV[3]),
  shut = 0,
  segment_size = tonumber(ARGV[4]),
  claimed_to = tonumber(ARGV[5]),
  allocated = tonumber(ARGV[6]),
  published = tonumber(ARGV[7]),
  fetched = tonumber(ARGV[8]),
  version = tonumber(ARGV[9]),
  tokens = tonumber(ARGV[10]),
  clock = math.max(time, tonumber(ARGV[11])),
  last_time = time,
  claim_told_at = -1,
  scan = 0,
  by_since = 0,
  sizes = sizes,
})
return 'OPENED'
