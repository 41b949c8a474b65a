-- Who this server is: another process has another run id, a fail-over another replication id. Asked in
-- the very script that writes, since one connection may survive a fail-over and back [F3].
local function serverIdentity()
  local info = redis.call('INFO', 'server', 'replication')
  -- A plain find: a pattern would be tried at each place of the text, which takes as long as INFO itself.
  local _, run = string.find(info, '\nrun_id:', 1, true)
  local _, replication = string.find(info, '\nmaster_replid:', run, true)
  return string.sub(info, run + 1, run + 40) .. '.' .. string.sub(info, replication + 1, replication + 40)
end

-- The server's time in milliseconds. `offset` is 0 but in tests.
local function serverTime(offset)
  local time = redis.call('TIME')
  return tonumber(time[1]) * 1000 + math.floor(tonumber(time[2]) / 1000) + tonumber(offset)
end
