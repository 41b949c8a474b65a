-- publish: the Added of each index is in the log
-- arguments: index, 1 if it carries a token, per operation
-- reply: positions, from 1, of those that are void: a gap, outside known, or never reserved
local function voidIndex(index)
  return index > meta.allocated or not isKnown(segmentOf(index)) or ranges.has(GAPS, index)
end

function operations.publish(count)
  local void = {}
  local indices, tokens = {}, {}
  for i = 1, count do
    indices[i] = nextArgument()
    tokens[i] = nextArgument()
  end
  local i = 1
  while i <= count do
    local index, last = indices[i], i
    local ok = true
    local from, to = ranges.first(PENDING, index)
    if from and from <= index then
      -- Neighbours that were reserved together are published in one step.
      while last < count and indices[last + 1] == indices[last] + 1 and indices[last + 1] <= to do
        last = last + 1
      end
      ranges.remove(PENDING, index, indices[last])
      -- A slow add holds nobody up: it was passed over, and waits among the returned.
      local passed = math.min(indices[last], meta.fetched)
      if index <= passed then giveBack(index, passed) end
      if indices[last] > passed then backlog.freed(math.max(index, passed + 1)) end
    elseif voidIndex(index) then
      ok = false
      void[#void + 1] = i
    end
    if ok then
      meta.published = math.max(meta.published, indices[last])
      for position = i, last do meta.tokens = math.max(meta.tokens, tokens[position]) end
    end
    i = last + 1
  end
  return void
end
