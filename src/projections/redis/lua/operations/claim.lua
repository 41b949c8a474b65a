-- claim: a task for each worker, leased to it at once
-- arguments: worker, timeToRecover in ms, recoverBy (`lease` or `caller`), per claim
-- reply: lease, version and 1 if nobody was given the index before in this epoch, per claim; false, 0
--   and 0: nothing for it. The version before it is given, too.
local function ranOut(packed, time, byCaller)
  if leases.asked[packed] then return false end
  local _, _, fetchedAt, leaseUntil = leases.parse(packed)
  return leaseUntil <= now or (byCaller and fetchedAt + time <= now)
end

-- Ends the lease and gives its task.
local function endLease(worker, packed)
  local index = leases.parse(packed)
  leases.finish({ worker }, { index })
  return index
end

local function takeOver(time, byCaller)
  local lost
  if byCaller then
    lost = leases.fetchedUntil(now - time, 1)
  else
    lost = leases.overUntil(now, 1)
  end
  return lost[1] and endLease(lost[1], lost[2])
end

local function takeReturned()
  if not returnedThere then return nil end
  local member = redis.call('ZRANGE', RETURNED, 0, 0)[1]
  if not member then
    returnedThere = false
    return nil
  end
  local index = ranges.parse(member)
  ranges.remove(RETURNED, index, index)
  return index
end

local function takeNext()
  local index = backlog.next()
  if index then meta.fetched = index end
  return index
end

function operations.claim(count)
  local reply = {}
  leases.read(everyArgument(3, count))
  for i = 1, count do
    local worker, time, byCaller = given[at + 1], given[at + 2], given[at + 3] == 'caller'
    at = at + 3
    local packed, first = leases.held[worker], 0
    if not packed or ranOut(packed, time, byCaller) then
      local index
      if packed then
        index = endLease(worker, packed)
      else
        index = takeOver(time, byCaller) or takeReturned()
        if not index then
          index = takeNext()
          first = index and 1 or 0
        end
      end
      packed = index and leases.take(worker, index, meta.version + 2, time)
    end
    if packed then meta.version = meta.version + 2 end
    reply[3 * i - 2] = packed or false
    reply[3 * i - 1] = packed and meta.version or 0
    reply[3 * i] = first
  end
  leases.flush()
  return reply
end
