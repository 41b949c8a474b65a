-- hole: a claimed index has no Added and becomes a gap, if the lease is still the task's
-- arguments: index, leaseId, per operation
-- reply: 1
function operations.hole(count)
  for _ = 1, count do
    local index, id = nextArgument(), nextArgument()
    local packed, worker = leases.ofTask(index)
    if packed and leases.idOf(packed) == id then
      leases.finish({ worker }, { index })
      ranges.add(GAPS, index, index)
    end
  end
  return 1
end
