-- settle: each task is acked. By task, not by lease: it is done, whoever was given it meanwhile
-- arguments: index, per operation
-- reply: 1
function operations.settle(count)
  local indices, workers, held, done = everyArgument(1, count), {}, {}, {}
  at = at + count
  local holders = leases.ofTasks(indices)
  for _, index in ipairs(indices) do
    if holders[index] and not done[index] then
      done[index] = true
      workers[#workers + 1] = holders[index]
      held[#held + 1] = index
    elseif not done[index] then
      ranges.remove(RETURNED, index, index)
    end
    backlog.freed(index)
  end
  if #workers > 0 then leases.finish(workers, held) end
  return 1
end
