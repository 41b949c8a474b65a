-- closable: segments whose every index was handed out or is a gap, with nothing in flight in them
-- arguments: how many at most
-- reply: per operation a list of segment and its gaps (a list of from, to), lowest first
local function isDone(segment, from, to)
  if redis.call('ZCOUNT', TASKS, from, to) > 0 then return false end
  if not (ranges.free(PENDING, from, to) and ranges.free(RETURNED, from, to)) then return false end
  local above = math.max(from, meta.fetched + 1)
  return above > to or ranges.count(ranges.within(GAPS, above, to)) == to - above + 1
end

function operations.closable(count)
  local reply = {}
  for i = 1, count do
    local max = nextArgument()
    local found = {}
    for _, member in ipairs(redis.call('ZRANGE', KNOWN, 0, -1)) do
      local segment = tonumber(member)
      local from, to = segmentStart(segment), segment * meta.segment_size
      if to > meta.allocated or #found >= 2 * max then break end
      if isDone(segment, from, to) then
        found[#found + 1] = segment
        found[#found + 1] = ranges.within(GAPS, from, to)
      end
    end
    reply[i] = found
  end
  return reply
end
