-- info: counts, and the oldest leases
-- arguments: how many leases at most, per operation
-- reply: per operation published, fetched, waiting, leased, returned, pending, gaps, then worker and
-- lease of each
local function knownWithin(from, to)
  local first, last = segmentOf(from), segmentOf(to)
  local sum = redis.call('ZCOUNT', KNOWN, first, last) * meta.segment_size
  if isKnown(first) then sum = sum - (from - segmentStart(first)) end
  if isKnown(last) then sum = sum - (last * meta.segment_size - to) end
  return sum
end

-- How many indices of these ranges are in known segments.
local function countKnown(flat)
  local sum = 0
  for i = 1, #flat, 2 do sum = sum + knownWithin(flat[i], flat[i + 1]) end
  return sum
end

local function waitingAbove()
  local from, to = meta.fetched + 1, meta.published
  if from > to then return 0 end
  local held = {}
  local found = redis.call('ZRANGEBYSCORE', TASKS, from, to, 'WITHSCORES')
  for i = 2, #found, 2 do
    held[i - 1] = tonumber(found[i])
    held[i] = tonumber(found[i])
  end
  return knownWithin(from, to)
    - countKnown(ranges.within(PENDING, from, to))
    - countKnown(ranges.within(GAPS, from, to))
    - countKnown(held)
end

local function countAll(key)
  return ranges.count(ranges.within(key, 0, math.huge))
end

function operations.info(count)
  local reply = {}
  for i = 1, count do
    local max = nextArgument()
    local returned = countAll(RETURNED)
    local found = {
      meta.published,
      meta.fetched,
      waitingAbove() + returned,
      redis.call('ZCARD', TASKS),
      returned,
      countAll(PENDING),
      countAll(GAPS),
    }
    for _, one in ipairs(leases.list(max)) do found[#found + 1] = one end
    reply[i] = found
  end
  return reply
end
