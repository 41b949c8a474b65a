-- One lease per worker and per task, and the leases by age.
local leases = {}

local LEASE = '^(%d+) (%S+) (%S+) (%S+)$'
-- Arguments of one command, which Lua has on its stack; even, for those that come in pairs.
local MANY = 1000

function leases.begin()
  leases.held = {} -- by worker: its lease as it is packed, false: none; what this round has read or changed
  leases.made = {} -- packed leases that a claim made in this round: no ack can mean them
  leases.asked = {} -- packed leases that `holding` asked for in this round: they do not run out in it
  leases.fresh = {} -- by key of an order by age: up to this time none has run out
  leases.writes = nil -- of leases that were taken and not yet written
  leases.time = nil -- the timeToRecover that was taken last
end

-- index, id, fetchedAt, leaseUntil
function leases.parse(packed)
  local index, id, fetchedAt, leaseUntil = string.match(packed, LEASE)
  return tonumber(index), id, tonumber(fetchedAt), tonumber(leaseUntil)
end

function leases.idOf(packed)
  return string.match(packed, ' (%S+)')
end

-- Looks up what these workers hold: many at once cost half of one by one.
function leases.read(workers)
  local held, unread = leases.held, {}
  for _, worker in ipairs(workers) do
    if held[worker] == nil then unread[#unread + 1] = worker end
  end
  for at = 1, #unread, MANY do
    local till = math.min(#unread, at + MANY - 1)
    local found = redis.call('HMGET', WORKERS, unpack(unread, at, till))
    for i = at, till do held[unread[i]] = found[i - at + 1] end
  end
end

function leases.ofWorker(worker)
  local packed = leases.held[worker]
  if packed == nil then
    packed = redis.call('HGET', WORKERS, worker)
    leases.held[worker] = packed
  end
  return packed
end

-- Many leases are written at once: 64 claims cost 3 commands instead of 192. Whoever reads more than the
-- lease of a worker flushes before.
function leases.flush()
  local writes = leases.writes
  if not writes then return end
  leases.writes = nil
  change('HSET', WORKERS, unpack(writes.workers))
  change('ZADD', TASKS, unpack(writes.tasks))
  change('ZADD', UNTIL, unpack(writes.byUntil))
  if meta.by_since == 1 then change('ZADD', SINCE, unpack(writes.bySince)) end
end

-- The order by fetchedAt is for callers whose own timeToRecover decides, and for lists: a queue that has
-- neither does not pay for it.
local function keepSince()
  if meta.by_since == 1 then return end
  leases.flush()
  meta.by_since = 1
  local all = redis.call('HGETALL', WORKERS)
  for at = 1, #all, MANY do
    local members = {}
    for i = at, math.min(#all, at + MANY - 1), 2 do
      local index, _, fetchedAt = string.match(all[i + 1], LEASE)
      members[#members + 1] = fetchedAt
      members[#members + 1] = string.format('%016d', index) .. all[i]
    end
    change('ZADD', SINCE, unpack(members))
  end
end

-- The holders of tasks by index: neighbours are read at once, with those few that lie between.
local NEAR = 4

function leases.ofTasks(indices)
  leases.flush()
  local holders = {}
  if isEmpty(TASKS) then return holders end
  local sorted = {}
  for i, index in ipairs(indices) do sorted[i] = index end
  table.sort(sorted)
  local first = 1
  for i = 1, #sorted do
    if i == #sorted or sorted[i + 1] - sorted[i] > NEAR then
      local found = redis.call('ZRANGEBYSCORE', TASKS, sorted[first], sorted[i], 'WITHSCORES')
      for at = 1, #found, 2 do holders[tonumber(found[at + 1])] = found[at] end
      first = i + 1
    end
  end
  return holders
end

-- The lease of a task; nil: nobody has it.
function leases.ofTask(index)
  local worker = leases.ofTasks({ index })[index]
  return worker and leases.ofWorker(worker), worker
end

-- Leases a task to the worker from `now` on, as the decision of this version.
function leases.take(worker, index, version, time)
  if time ~= leases.time then
    leases.time = time
    leases.fetchedAt = int(now)
    leases.leaseUntil = int(now + time)
    leases.times = leases.fetchedAt .. ' ' .. leases.leaseUntil
  end
  -- It may have run out already.
  local fresh = leases.fresh
  if fresh[UNTIL] and now + time <= fresh[UNTIL] then fresh[UNTIL] = nil end
  if fresh[SINCE] and now <= fresh[SINCE] then fresh[SINCE] = nil end
  local digits = string.format('%016d', index)
  local member = digits .. worker
  local packed = string.format('%d %d.%d.%d %s', index, index, meta.epoch, version, leases.times)
  local writes = leases.writes
  if not writes then
    writes = { last = 0, workers = {}, tasks = {}, byUntil = {}, bySince = {} }
    leases.writes = writes
  end
  local last = writes.last + 2
  writes.last = last
  writes.workers[last - 1], writes.workers[last] = worker, packed
  writes.tasks[last - 1], writes.tasks[last] = digits, worker
  writes.byUntil[last - 1], writes.byUntil[last] = leases.leaseUntil, member
  if meta.by_since == 1 then
    writes.bySince[last - 1], writes.bySince[last] = leases.fetchedAt, member
  end
  leases.held[worker] = packed
  leases.made[packed] = true
  if last >= MANY then leases.flush() end
  return packed
end

-- Ends the leases of workers on tasks, each different.
function leases.finish(workers, indices)
  leases.flush()
  for at = 1, #workers, MANY do
    local till = math.min(#workers, at + MANY - 1)
    local members = {}
    for i = at, till do
      leases.held[workers[i]] = false
      members[#members + 1] = string.format('%016d', indices[i]) .. workers[i]
    end
    change('HDEL', WORKERS, unpack(workers, at, till))
    change('ZREM', TASKS, unpack(workers, at, till))
    change('ZREM', UNTIL, unpack(members))
    if meta.by_since == 1 then change('ZREM', SINCE, unpack(members)) end
  end
end

-- Up to `max` leases whose time is at most `time`, oldest first, without those asked for: a list of worker
-- and packed lease.
local NONE = {}
local function oldest(key, time, max)
  if leases.fresh[key] and time <= leases.fresh[key] then return NONE end
  leases.flush()
  local found = {}
  local offset = 0
  local page = math.max(1, math.min(max, 64))
  while #found < 2 * max do
    local members = redis.call('ZRANGEBYSCORE', key, '-inf', time, 'LIMIT', offset, page)
    for _, member in ipairs(members) do
      local worker = string.sub(member, 17)
      local packed = leases.ofWorker(worker)
      if not leases.asked[packed] and #found < 2 * max then
        found[#found + 1] = worker
        found[#found + 1] = packed
      end
    end
    if #members < page then break end
    offset = offset + page
    page = 64
  end
  if max > 0 and #found == 0 then leases.fresh[key] = time end
  return found
end

function leases.overUntil(time, max)
  return oldest(UNTIL, time, max)
end

function leases.fetchedUntil(time, max)
  keepSince()
  return oldest(SINCE, time, max)
end

-- The first `max` by fetchedAt: a list of worker and packed lease.
function leases.list(max)
  local found = {}
  if max == 0 then return found end
  keepSince()
  for _, member in ipairs(redis.call('ZRANGE', SINCE, 0, max - 1)) do
    local worker = string.sub(member, 17)
    found[#found + 1] = worker
    found[#found + 1] = leases.ofWorker(worker)
  end
  return found
end
