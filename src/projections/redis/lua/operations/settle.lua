-- settle: each task is acked. By task, not by lease: it is done, whoever was given it meanwhile
-- arguments: index, per operation
-- reply: 1
function operations.settle(count)
  local ended, done = {}, {}
  for _ = 1, count do
    local index = nextNumber()
    local lease = not done[index] and leases.ofTask(index)
    done[index] = true
    if lease then
      ended[#ended + 1] = lease
    else
      ranges.remove(RETURNED, index, index)
    end
    backlog.freed(index)
  end
  if #ended > 0 then leases.finish(ended) end
  return 1
end
