-- holding: the lease of each worker, unless a claim made it in this round: its worker has not seen it
-- arguments: worker, leaseId or nothing, per operation
-- reply: 1 if the queue has tokens, then lease and version, per operation; false and 0: none
function operations.holding(count)
  local reply = { meta.tokens }
  leases.read(everyArgument(2, count))
  for i = 1, count do
    local worker, id = given[at + 1], given[at + 2]
    at = at + 2
    local packed = leases.held[worker]
    if packed and (leases.made[packed] or (id ~= '' and id ~= leases.idOf(packed))) then packed = false end
    if packed then
      leases.asked[packed] = true
      meta.version = meta.version + 1
    end
    reply[2 * i] = packed
    reply[2 * i + 1] = packed and meta.version or 0
  end
  return reply
end
