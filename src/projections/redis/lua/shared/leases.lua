-- One lease per worker and per task, and the leases by age.
local leases = {
  made = {}, -- ids of leases that a claim made in this round: no ack can mean them
  asked = {}, -- ids that `holding` asked for in this round: they do not run out in it
  fresh = { [UNTIL] = -math.huge, [SINCE] = -math.huge }, -- up to this time none has run out
}

local function agedMember(lease)
  return string.format('%016.0f', lease.index) .. lease.worker
end

function leases.ofWorker(worker)
  local packed = redis.call('HGET', WORKERS, worker)
  if not packed then return nil end
  local index, id, fetchedAt, leaseUntil = string.match(packed, '^(%d+) (%S+) (%S+) (%S+)$')
  return {
    worker = worker,
    packed = packed,
    index = tonumber(index),
    id = id,
    fetchedAt = tonumber(fetchedAt),
    leaseUntil = tonumber(leaseUntil),
  }
end

function leases.ofTask(index)
  local worker = redis.call('ZRANGEBYSCORE', TASKS, index, index)[1]
  return worker and leases.ofWorker(worker)
end

function leases.take(lease)
  lease.packed = int(lease.index) .. ' ' .. lease.id .. ' ' .. int(lease.fetchedAt) .. ' ' .. int(lease.leaseUntil)
  local member = agedMember(lease)
  redis.call('HSET', WORKERS, lease.worker, lease.packed)
  redis.call('ZADD', TASKS, lease.index, lease.worker)
  redis.call('ZADD', UNTIL, lease.leaseUntil, member)
  redis.call('ZADD', SINCE, lease.fetchedAt, member)
  leases.made[lease.id] = true
  if lease.leaseUntil <= leases.fresh[UNTIL] then leases.fresh[UNTIL] = -math.huge end
  if lease.fetchedAt <= leases.fresh[SINCE] then leases.fresh[SINCE] = -math.huge end
end

function leases.finish(lease)
  local member = agedMember(lease)
  redis.call('HDEL', WORKERS, lease.worker)
  redis.call('ZREM', TASKS, lease.worker)
  redis.call('ZREM', UNTIL, member)
  redis.call('ZREM', SINCE, member)
end

-- Up to `max` leases whose time is at most `time`, oldest first, without those asked for.
function leases.oldest(key, time, max)
  local found = {}
  if time <= leases.fresh[key] then return found end
  local offset = 0
  local page = math.max(1, math.min(max, 64))
  while #found < max do
    local members = redis.call('ZRANGEBYSCORE', key, '-inf', time, 'LIMIT', offset, page)
    for _, member in ipairs(members) do
      local lease = leases.ofWorker(string.sub(member, 17))
      if not leases.asked[lease.id] and #found < max then found[#found + 1] = lease end
    end
    if #members < page then break end
    offset = offset + page
    page = 64
  end
  if max > 0 and #found == 0 then leases.fresh[key] = time end
  return found
end
