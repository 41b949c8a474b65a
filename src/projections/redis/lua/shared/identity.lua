-- Who this server is: another process has another run id, a fail-over another replication id. Asked in
-- the very script that writes, since one connection may survive a fail-over and back [F3].
local function serverIdentity()
  local info = redis.call('INFO', 'server', 'replication')
  return string.match(info, 'run_id:(%x+)') .. '.' .. string.match(info, 'master_replid:(%x+)')
end

-- The server's time in milliseconds. `offset` is 0 but in tests.
local function serverTime(offset)
  local time = redis.call('TIME')
  return tonumber(time[1]) * 1000 + math.floor(tonumber(time[2]) / 1000) + tonumber(offset)
end
