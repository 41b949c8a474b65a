-- A round: operations on one queue, in order, in one atomic step
-- keys: all of the queue (keys.lua)
-- arguments: epoch, offset of the clock in ms, then kind, count and the arguments of that many
--   operations of the kind, as often as needed
-- reply: `ROUND`, the lease clock, claimed_to, 1 if the caller should claim the next segment, then the
--   reply of each kind; or `STALE` and the epoch that is there (false: none that can be used)
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
local at = 3
while at <= #ARGV do
  local width, count = WIDTHS[ARGV[at]], tonumber(ARGV[at + 1] or nil)
  if not width or not count then return redis.error_reply('ERR no operation at ' .. at) end
  at = at + 2 + width * count
end
if at ~= #ARGV + 1 then return redis.error_reply('ERR arguments of an operation are missing') end

local meta = openMeta()
if not meta then return { 'STALE', false } end
if meta.epoch ~= tonumber(ARGV[1]) then return { 'STALE', meta.epoch } end

local now = tick(meta, serverTime(ARGV[2]))
at = 2
local function nextText()
  at = at + 1
  return ARGV[at]
end
local function nextNumber()
  return tonumber(nextText())
end

-- @include shared/leases
-- @include shared/backlog

local returnedThere = true
local function giveBack(from, to)
  ranges.add(RETURNED, from, to)
  returnedThere = true
end

local operations = {}
-- @include operations/claim
-- @include operations/closable
-- @include operations/closeSegment
-- @include operations/expired
-- @include operations/extend
-- @include operations/holding
-- @include operations/hole
-- @include operations/info
-- @include operations/markGap
-- @include operations/publish
-- @include operations/reserve
-- @include operations/returned
-- @include operations/settle
-- @include operations/stalePending

local reply = { 'ROUND', now, 0, 0 }
local wanted = false
while at < #ARGV do
  local kind, count = nextText(), nextNumber()
  reply[#reply + 1] = operations[kind](count)
  if kind == 'reserve' and reply[#reply][1] < count then wanted = true end
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
