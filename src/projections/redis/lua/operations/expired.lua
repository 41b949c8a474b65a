-- expired: leases that have run out, oldest first; they stay
-- arguments: how many at most, per operation
-- reply: per operation a list of worker, lease and version, with 1 in front if the queue has tokens
function operations.expired(count)
  local reply = {}
  for i = 1, count do
    local found = { meta.tokens }
    local over = leases.overUntil(now, nextArgument())
    for at = 1, #over, 2 do
      meta.version = meta.version + 1
      found[#found + 1] = over[at]
      found[#found + 1] = over[at + 1]
      found[#found + 1] = meta.version
    end
    reply[i] = found
  end
  return reply
end
