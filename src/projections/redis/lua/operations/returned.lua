-- returned: the lease was recovered in the log; if it is still the task's, the task waits again
-- arguments: index, leaseId, per operation
-- reply: 1
function operations.returned(count)
  for _ = 1, count do
    local index, id = nextArgument(), nextArgument()
    local packed, worker = leases.ofTask(index)
    if packed and leases.idOf(packed) == id then
      leases.finish({ worker }, { index })
      -- Leased before a rewind: walking up meets it again.
      if index <= meta.fetched then giveBack(index, index) else backlog.freed(index) end
    end
  end
  return 1
end
