-- What meta holds. A state can be used if meta is whole, was written on this server, is not shut, and
-- every other key is as large as meta says: a key that was evicted, deleted or not replicated is noticed.
local NUMBERS = {
  'epoch', 'shut', 'segment_size', 'claimed_to', 'allocated', 'published', 'fetched', 'version',
  'tokens', 'clock', 'last_time', 'claim_told_at', 'scan',
}
local SIZES = { 'pending', 'gaps', 'workers', 'tasks', 'until', 'since', 'returned', 'known' }

local function sizeOf(position)
  if SIZES[position] == 'workers' then return redis.pcall('HLEN', WORKERS) end
  return redis.pcall('ZCARD', KEYS[position + 1])
end

local FIELDS = { 'identity' }
for _, name in ipairs(NUMBERS) do FIELDS[#FIELDS + 1] = name end
for _, name in ipairs(SIZES) do FIELDS[#FIELDS + 1] = 'size_' .. name end

-- nil: there is none that can be used.
local function openMeta()
  local values = redis.call('HMGET', META, unpack(FIELDS))
  if values[1] ~= serverIdentity() then return nil end
  local meta = {}
  for i, name in ipairs(NUMBERS) do
    meta[name] = tonumber(values[1 + i] or nil)
    if not meta[name] then return nil end
  end
  if meta.shut == 1 then return nil end
  for i in ipairs(SIZES) do
    if tonumber(values[1 + #NUMBERS + i] or nil) ~= sizeOf(i) then return nil end
  end
  return meta
end

local function saveMeta(meta)
  local pairs_ = {}
  for _, name in ipairs(NUMBERS) do
    pairs_[#pairs_ + 1] = name
    pairs_[#pairs_ + 1] = meta[name]
  end
  for i, name in ipairs(SIZES) do
    pairs_[#pairs_ + 1] = 'size_' .. name
    pairs_[#pairs_ + 1] = sizeOf(i)
  end
  redis.call('HSET', META, unpack(pairs_))
end
