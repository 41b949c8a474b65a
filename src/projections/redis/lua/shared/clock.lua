-- The one clock for leases adds up how far the server's time went on: a jump back stands still, a jump
-- forward is taken once.
local function tick(meta, time)
  meta.clock = meta.clock + math.max(0, time - meta.last_time)
  meta.last_time = time
  return meta.clock
end
