-- Opens a staged state in place of what is there
-- keys: all of the queue, then the staged keys in the same order, without meta
-- arguments: identity that was read, offset of the clock in ms, epoch, segment_size, claimed_to,
--   allocated, published, fetched, version, tokens, clock, then how large each staged key must be
-- reply: `OPENED`; `REFUSED`: this or a newer epoch is there, or this is another server; `INCOMPLETE`: what
--   was staged is not all there
-- @include shared/keys
-- @include shared/identity
-- @include shared/fence
local LIVE = #SIZES + 1
local identity = serverIdentity()
local there = tonumber(redis.call('HGET', META, 'epoch') or nil)
if identity ~= ARGV[1] or (there and there >= tonumber(ARGV[3])) then
  redis.call('UNLINK', unpack(KEYS, LIVE + 1))
  return 'REFUSED'
end
for i, name in ipairs(SIZES) do
  local size = redis.call(name == 'workers' and 'HLEN' or 'ZCARD', KEYS[LIVE + i])
  if size ~= tonumber(ARGV[11 + i]) then return 'INCOMPLETE' end
end

local time = serverTime(ARGV[2])
redis.call('UNLINK', unpack(KEYS, 1, LIVE))
for i in ipairs(SIZES) do
  if tonumber(ARGV[11 + i]) > 0 then
    redis.call('RENAME', KEYS[LIVE + i], KEYS[1 + i])
    redis.call('PERSIST', KEYS[1 + i]) -- a RENAME carries the time to live
  end
end
redis.call('HSET', META, 'identity', identity)
saveMeta({
  epoch = ARGV[3],
  shut = 0,
  segment_size = ARGV[4],
  claimed_to = ARGV[5],
  allocated = ARGV[6],
  published = ARGV[7],
  fetched = ARGV[8],
  version = ARGV[9],
  tokens = ARGV[10],
  clock = math.max(time, tonumber(ARGV[11])),
  last_time = time,
  claim_told_at = -1,
  scan = 0,
})
return 'OPENED'
