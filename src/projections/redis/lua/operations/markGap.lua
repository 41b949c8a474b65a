-- markGap: what of the range is still pending becomes a gap; what was published meanwhile has a task
-- arguments: from, to, per operation
-- reply: 1
function operations.markGap(count)
  for _ = 1, count do
    local from, to = nextArgument(), nextArgument()
    local found = ranges.within(PENDING, from, to)
    if #found > 0 then ranges.remove(PENDING, from, to) end
    for i = 1, #found, 2 do ranges.add(GAPS, found[i], found[i + 1]) end
  end
  return 1
end
