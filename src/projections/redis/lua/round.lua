-- Rounds of some queues: operations on each, in order, in one atomic step
-- keys: all of each queue (keys.lua), one queue after the other
-- arguments: offset of the clock in ms, then per queue a JSON list: epoch, then kind, count and the arguments
--   of that many operations of the kind, as often as needed
-- reply: per queue `ROUND`, the lease clock, claimed_to, 1 if the caller should claim the next segment, then
--   the reply of each kind; or `STALE` and the epoch that is there (false: none that can be used); or
--   `FAILED` and why: a mistake, which touches no other queue
-- @include shared/keys
-- @include shared/identity
-- @include shared/fence
-- @include shared/clock
-- @include shared/ranges

local WIDTHS = {
  claim = 3, closable = 1, closeSegment = 1, expired = 1, extend = 1, holding = 2, hole = 2, info = 1,
  markGap = 2, publish = 2, reserve = 0, returned = 2, settle = 1, stalePending = 2,
}

-- Everything is looked at before anything is written.
local asked = {} -- kinds of operations
local function checked(text)
  local given = cjson.decode(text)
  local at = 2
  while at <= #given do
    local kind, count = given[at], given[at + 1]
    local width = WIDTHS[kind]
    if not width or type(count) ~= 'number' then error('no operation at ' .. at) end
    asked[kind] = true
    at = at + 2 + width * count
  end
  if at ~= #given + 1 then error('arguments of an operation are missing') end
  return given
end
local rounds = {}
for i = 2, #ARGV do
  local fine, given = pcall(checked, ARGV[i])
  rounds[i - 1] = { fine = fine, given = given }
end

local identity, time = serverIdentity(), serverTime(ARGV[1])

-- Of the queue whose turn it is.
local meta, now, returnedThere
local given, at -- its arguments, and the last one that was used

local function nextArgument()
  at = at + 1
  return given[at]
end

-- Each `width`-th of what comes next, `count` of them; they are still to come.
local function everyArgument(width, count)
  local found = {}
  for i = 1, count do found[i] = given[at + 1 + width * (i - 1)] end
  return found
end

-- @include shared/leases
-- @include shared/backlog

local function giveBack(from, to)
  ranges.add(RETURNED, from, to)
  returnedThere = true
end

-- Only what is asked for: to define all of them takes as long as a claim.
local operations = {}
if asked.claim then
  -- @include operations/claim
end
if asked.closable then
  -- @include operations/closable
end
if asked.closeSegment then
  -- @include operations/closeSegment
end
if asked.expired then
  -- @include operations/expired
end
if asked.extend then
  -- @include operations/extend
end
if asked.holding then
  -- @include operations/holding
end
if asked.hole then
  -- @include operations/hole
end
if asked.info then
  -- @include operations/info
end
if asked.markGap then
  -- @include operations/markGap
end
if asked.publish then
  -- @include operations/publish
end
if asked.reserve then
  -- @include operations/reserve
end
if asked.returned then
  -- @include operations/returned
end
if asked.settle then
  -- @include operations/settle
end
if asked.stalePending then
  -- @include operations/stalePending
end

local function round()
  meta = openMeta(identity)
  if not meta then return { 'STALE', false } end
  if meta.epoch ~= given[1] then return { 'STALE', meta.epoch } end

  now = tick(meta, time)
  at = 1
  returnedThere = not isEmpty(RETURNED)
  leases.begin()
  backlog.begin()
  local reply = { 'ROUND', now, 0, 0 }
  local wanted = false
  while at < #given do
    local kind, count = nextArgument(), nextArgument()
    local answer = operations[kind](count)
    reply[#reply + 1] = answer
    if kind == 'reserve' and answer[1] < count then wanted = true end
  end

  -- Early, at half a segment left, so that no add has to wait for it; and one caller in 5 s, since a claim
  -- too many is only wasted numbers.
  local few = wanted or meta.claimed_to - meta.allocated < meta.segment_size / 2
  if few and (meta.claim_told_at < 0 or now - meta.claim_told_at >= 5000) then
    meta.claim_told_at = now
    reply[4] = 1
  end
  reply[3] = meta.claimed_to
  saveMeta(meta)
  return reply
end

local replies = {}
for queue, one in ipairs(rounds) do
  useQueue(queue)
  local fine, reply = one.fine, one.given
  if fine then
    given = one.given
    fine, reply = pcall(round)
  end
  replies[queue] = fine and reply or { 'FAILED', type(reply) == 'table' and reply.err or tostring(reply) }
end
return replies
