-- claim: a task for each worker, leased to it at once
-- arguments: worker, timeToRecover in ms, recoverBy (`lease` or `caller`), per claim
-- reply: lease, version and 1 if nobody was given the index before in this epoch, per claim; false, 0
--   and 0: nothing for it. The version before it is given, too.
local function ranOut(lease, time, byCaller)
  if leases.asked[lease.id] then return false end
  return lease.leaseUntil <= now or (byCaller and lease.fetchedAt + time <= now)
end

local function takeOver(time, byCaller)
  local lost = byCaller and leases.oldest(SINCE, now - time, 1)[1] or nil
  if not byCaller then lost = leases.oldest(UNTIL, now, 1)[1] end
  if not lost then return nil end
  leases.finish({ lost })
  return lost.index
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
  for i = 1, count do
    local worker, time, byCaller = nextText(), nextNumber(), nextText() == 'caller'
    local lease, first = leases.ofWorker(worker), 0
    if not lease or ranOut(lease, time, byCaller) then
      local index
      if lease then
        leases.finish({ lease })
        index = lease.index
      else
        index = takeOver(time, byCaller) or takeReturned()
        if not index then
          index = takeNext()
          first = index and 1 or 0
        end
      end
      lease = index and {
        worker = worker,
        index = index,
        id = int(index) .. '.' .. int(meta.epoch) .. '.' .. int(meta.version + 2),
        fetchedAt = now,
        leaseUntil = now + time,
      }
      if lease then leases.take(lease) end
    end
    if lease then meta.version = meta.version + 2 end
    reply[3 * i - 2] = lease and lease.packed or false
    reply[3 * i - 1] = lease and meta.version or 0
    reply[3 * i] = first
  end
  leases.flush()
  return reply
end
