-- What lies above `fetched`. A claim passes over what is pending, a gap, leased (after a rewind) or
-- outside the known segments. meta.scan: all from `fetched` up to before it is passed over; whatever
-- frees an index sets it back, so that asking again does not walk again.
local backlog = {}

function backlog.begin()
  backlog.runway = 0 -- from fetched + 1 up to here all can be handed out, as this round has seen
end

local function segmentOf(index)
  return math.ceil(index / meta.segment_size)
end

local function segmentStart(segment)
  return (segment - 1) * meta.segment_size + 1
end

local function isKnown(segment)
  return redis.call('ZSCORE', KNOWN, segment) ~= false
end

-- Some index is no longer held, pending or unpublished.
function backlog.freed(index)
  if index > meta.fetched then meta.scan = math.min(meta.scan, index) end
end

-- The end of what blocks the index, or nil and up to where nothing does.
local function blockedUntil(index, free)
  for _, key in ipairs({ PENDING, GAPS }) do
    local from, to = ranges.first(key, index)
    if from and from <= index then return to end
    if from then free = math.min(free, from - 1) end
  end
  if isEmpty(TASKS) then return nil, free end
  local held = redis.call('ZRANGEBYSCORE', TASKS, index, '+inf', 'WITHSCORES', 'LIMIT', 0, 1)[2]
  if held and tonumber(held) == index then return index end
  if held then free = math.min(free, tonumber(held) - 1) end
  return nil, free
end

-- The lowest index that can be handed out; nil: none.
function backlog.next()
  if meta.fetched < backlog.runway then return meta.fetched + 1 end
  leases.flush()
  local index = math.max(meta.fetched + 1, meta.scan)
  while index <= meta.published do
    local segment = tonumber(
      redis.call('ZRANGEBYSCORE', KNOWN, segmentOf(index), '+inf', 'LIMIT', 0, 1)[1]
    )
    if not segment then
      index = meta.published + 1
    elseif segmentStart(segment) > index then
      index = segmentStart(segment)
    else
      local blocked, free = blockedUntil(index, segment * meta.segment_size)
      if not blocked then
        backlog.runway = math.min(free, meta.published)
        return index
      end
      index = blocked + 1
    end
  end
  meta.scan = index
  return nil
end
