-- settle: each task is acked. By task, not by lease: it is done, whoever was given it meanwhile
-- arguments: index, per operation
-- reply: 1
function operations.settle(count)
  for _ = 1, count do
    local index = nextNumber()
    local lease = leases.ofTask(index)
    if lease then
      leases.finish(lease)
    else
      ranges.remove(RETURNED, index, index)
    end
    backlog.freed(index)
  end
  return 1
end
