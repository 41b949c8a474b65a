-- closeSegment: the segment is closed in the log; outside known every publish is void, so its gaps need
-- not be told apart any more
-- arguments: segment, per operation
-- reply: 1
function operations.closeSegment(count)
  for _ = 1, count do
    local segment = nextArgument()
    change('ZREM', KNOWN, segment)
    ranges.remove(GAPS, segmentStart(segment), segment * meta.segment_size)
  end
  backlog.runway = 0
  return 1
end
