-- holding: the lease of each worker, unless a claim made it in this round: its worker has not seen it
-- arguments: worker, leaseId or nothing, per operation
-- reply: 1 if the queue has tokens, then lease and version, per operation; false and 0: none
function operations.holding(count)
  local reply = { meta.tokens }
  for i = 1, count do
    local worker, id = nextText(), nextText()
    local lease = leases.ofWorker(worker)
    if lease and (leases.made[lease.id] or (id ~= '' and id ~= lease.id)) then lease = nil end
    if lease then
      leases.asked[lease.id] = true
      meta.version = meta.version + 1
    end
    reply[2 * i] = lease and lease.packed or false
    reply[2 * i + 1] = lease and meta.version or 0
  end
  return reply
end
