-- One lease per worker and per task, and the leases by age.
local leases = {
  made = {}, -- ids of leases that a claim made in this round: no ack can mean them
  asked = {}, -- ids that `holding` asked for in this round: they do not run out in it
  taken = {}, -- by worker: taken in this round, not written yet
  writes = { workers = {}, tasks = {}, byUntil = {}, bySince = {} },
  fresh = { [UNTIL] = -math.huge, [SINCE] = -math.huge }, -- up to this time none has run out
}

local function agedMember(lease)
  return string.format('%016d', lease.index) .. lease.worker
end

function leases.ofWorker(worker)
  if leases.taken[worker] then return leases.taken[worker] end
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

-- Many leases are written at once: 64 claims cost 4 commands instead of 256. Whoever reads more than the
-- lease of a worker flushes before.
local WRITES_MAX = 1000

function leases.flush()
  local writes = leases.writes
  if #writes.workers == 0 then return end
  redis.call('HSET', WORKERS, unpack(writes.workers))
  redis.call('ZADD', TASKS, unpack(writes.tasks))
  redis.call('ZADD', UNTIL, unpack(writes.byUntil))
  redis.call('ZADD', SINCE, unpack(writes.bySince))
  leases.taken = {}
  leases.writes = { workers = {}, tasks = {}, byUntil = {}, bySince = {} }
end

local function append(list, first, second)
  list[#list + 1] = first
  list[#list + 1] = second
end

function leases.ofTask(index)
  leases.flush()
  local worker = redis.call('ZRANGEBYSCORE', TASKS, index, index)[1]
  return worker and leases.ofWorker(worker)
end

function leases.take(lease)
  lease.packed = int(lease.index) .. ' ' .. lease.id .. ' ' .. int(lease.fetchedAt) .. ' ' .. int(lease.leaseUntil)
  local member = agedMember(lease)
  local writes = leases.writes
  append(writes.workers, lease.worker, lease.packed)
  append(writes.tasks, lease.index, lease.worker)
  append(writes.byUntil, lease.leaseUntil, member)
  append(writes.bySince, lease.fetchedAt, member)
  leases.taken[lease.worker] = lease
  leases.made[lease.id] = true
  if lease.leaseUntil <= leases.fresh[UNTIL] then leases.fresh[UNTIL] = -math.huge end
  if lease.fetchedAt <= leases.fresh[SINCE] then leases.fresh[SINCE] = -math.huge end
  if #writes.workers >= WRITES_MAX then leases.flush() end
end

-- Of different tasks.
function leases.finish(ended)
  leases.flush()
  for at = 1, #ended, WRITES_MAX do
    local workers, members = {}, {}
    for i = at, math.min(#ended, at + WRITES_MAX - 1) do
      workers[#workers + 1] = ended[i].worker
      members[#members + 1] = agedMember(ended[i])
    end
    redis.call('HDEL', WORKERS, unpack(workers))
    redis.call('ZREM', TASKS, unpack(workers))
    redis.call('ZREM', UNTIL, unpack(members))
    redis.call('ZREM', SINCE, unpack(members))
  end
end

-- Up to `max` leases whose time is at most `time`, oldest first, without those asked for.
function leases.oldest(key, time, max)
  local found = {}
  if time <= leases.fresh[key] then return found end
  leases.flush()
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
