-- reserve: the next indices, pending. Only what was claimed in the log for this epoch is given away
-- arguments: none
-- reply: how many are given, the first index, the first version; both go up by one
function operations.reserve(count)
  local given = math.min(count, meta.claimed_to - meta.allocated)
  if given <= 0 then return { 0, 0, 0 } end
  local from, to = meta.allocated + 1, meta.allocated + given
  local rest = ':' .. int(now)
  local last = not isEmpty(PENDING) and redis.call('ZRANGE', PENDING, -1, -1)[1]
  local start = from
  if last then
    local first, ending, since = ranges.parse(last)
    if ending + 1 == from and since == rest then
      change('ZREM', PENDING, last)
      start = first
    end
  end
  ranges.put(PENDING, start, to, rest)
  local version = meta.version + 1
  meta.allocated = to
  meta.version = meta.version + given
  return { given, from, version }
end
