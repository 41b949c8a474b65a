-- What meta holds, as one packed value that is there as a whole or not at all: GET and SET of it take a tenth
-- of HMGET and HSET of as many fields. A state can be used if it was written on this server, is not shut, and
-- every other key is as large as meta says: a key that was evicted, deleted or not replicated is noticed.
local META_FORMAT = '<dddddddddddddddddddddd' -- 22 doubles: whole numbers up to 2^53 stay exact
local META_NUMBERS_BYTES = 176 -- then comes the identity

-- nil: nothing, or nothing of ours.
local function readMeta()
  local packed = redis.pcall('GET', META)
  if type(packed) ~= 'string' or #packed <= META_NUMBERS_BYTES then return nil end
  local epoch, shut, segmentSize, claimedTo, allocated, published, fetched, version, tokens, clock,
    lastTime, claimToldAt, scan, bySince, pending, gaps, workers, tasks, byUntil, since, returned, known =
    struct.unpack(META_FORMAT, packed)
  return {
    identity = string.sub(packed, META_NUMBERS_BYTES + 1),
    epoch = epoch,
    shut = shut,
    segment_size = segmentSize,
    claimed_to = claimedTo,
    allocated = allocated,
    published = published,
    fetched = fetched,
    version = version,
    tokens = tokens,
    clock = clock,
    last_time = lastTime,
    claim_told_at = claimToldAt,
    scan = scan,
    by_since = bySince,
    sizes = {
      [PENDING] = pending,
      [GAPS] = gaps,
      [WORKERS] = workers,
      [TASKS] = tasks,
      [UNTIL] = byUntil,
      [SINCE] = since,
      [RETURNED] = returned,
      [KNOWN] = known,
    },
  }
end

local function writeMeta(meta)
  local sizes = meta.sizes
  local packed = struct.pack(
    META_FORMAT,
    meta.epoch, meta.shut, meta.segment_size, meta.claimed_to, meta.allocated, meta.published, meta.fetched,
    meta.version, meta.tokens, meta.clock, meta.last_time, meta.claim_told_at, meta.scan, meta.by_since,
    sizes[PENDING], sizes[GAPS], sizes[WORKERS], sizes[TASKS], sizes[UNTIL], sizes[SINCE], sizes[RETURNED],
    sizes[KNOWN]
  )
  redis.call('SET', META, packed .. meta.identity)
end

local function sizeOf(key)
  return redis.pcall(key == WORKERS and 'HLEN' or 'ZCARD', key)
end

local open -- the meta of the state that is open
local changed -- by key: it was written to, so its size has to be looked up again

-- Every write but that of meta.
local function change(command, key, ...)
  changed[key] = true
  return redis.call(command, key, ...)
end

local function isEmpty(key)
  return open.sizes[key] == 0 and not changed[key]
end

-- nil: there is none that can be used.
local function openMeta(identity)
  local meta = readMeta()
  if not meta or meta.identity ~= identity or meta.shut == 1 then return nil end
  for key, size in pairs(meta.sizes) do
    if sizeOf(key) ~= size then return nil end
  end
  open, changed = meta, {}
  return meta
end

local function saveMeta(meta)
  for key in pairs(changed) do meta.sizes[key] = sizeOf(key) end
  writeMeta(meta)
end
