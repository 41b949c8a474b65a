-- stalePending: what is pending for long, oldest first
-- arguments: how long in ms, how many indices at most, per operation
-- reply: per operation a list of from, to
function operations.stalePending(count)
  local reply = {}
  for i = 1, count do
    local till, left = now - nextArgument(), nextArgument()
    local found = {}
    local members = left > 0 and redis.call('ZRANGE', PENDING, 0, left - 1) or {}
    for _, member in ipairs(members) do
      local from, to, since = ranges.parse(member)
      if left <= 0 or tonumber(string.sub(since, 2)) > till then break end
      local last = math.min(to, from + left - 1)
      if found[#found] == from - 1 then
        found[#found] = last
      else
        found[#found + 1] = from
        found[#found + 1] = last
      end
      left = left - (last - from + 1)
    end
    reply[i] = found
  end
  return reply
end
