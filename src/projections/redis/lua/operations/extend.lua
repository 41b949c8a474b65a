-- extend: segments up to here were claimed in the log for this epoch
-- arguments: claimed_to, per operation
-- reply: 1
function operations.extend(count)
  for _ = 1, count do
    local claimedTo = nextArgument()
    if claimedTo > meta.claimed_to then
      for segment = segmentOf(meta.claimed_to + 1), segmentOf(claimedTo) do
        change('ZADD', KNOWN, segment, segment)
      end
      meta.claimed_to = claimedTo
      meta.claim_told_at = -1
    end
  end
  return 1
end
