-- A set of indices as disjoint ranges: a zset whose members are `from:to`, with more after it where a
-- range carries something, by their ends. Costs what it has ranges, not what it has members.
local ranges = {}

-- from, to, what it carries
function ranges.parse(member)
  local from, to, rest = string.match(member, '^(%d+):(%d+)(.*)$')
  return tonumber(from), tonumber(to), rest
end

-- The first range that ends at or after the index: from, to, what it carries, member. nil: none.
function ranges.first(key, index)
  if isEmpty(key) then return nil end
  local member = redis.call('ZRANGEBYSCORE', key, index, '+inf', 'LIMIT', 0, 1)[1]
  if not member then return nil end
  local from, to, rest = ranges.parse(member)
  return from, to, rest, member
end

function ranges.has(key, index)
  local from = ranges.first(key, index)
  return from ~= nil and from <= index
end

-- Is no index from `from` to `to` in the set?
function ranges.free(key, from, to)
  local first = ranges.first(key, from)
  return first == nil or first > to
end

function ranges.put(key, from, to, rest)
  change('ZADD', key, to, int(from) .. ':' .. int(to) .. rest)
end

-- Joins what it touches.
function ranges.add(key, from, to)
  while true do
    local first, last, _, member = ranges.first(key, from - 1)
    if not first or first > to + 1 then break end
    change('ZREM', key, member)
    from = math.min(from, first)
    to = math.max(to, last)
  end
  ranges.put(key, from, to, '')
end

function ranges.remove(key, from, to)
  while true do
    local first, last, rest, member = ranges.first(key, from)
    if not first or first > to then return end
    change('ZREM', key, member)
    if first < from then ranges.put(key, first, from - 1, rest) end
    if last > to then
      ranges.put(key, to + 1, last, rest)
      return
    end
  end
end

-- What lies within both ends, as a flat list of from, to.
function ranges.within(key, from, to)
  local found = {}
  local offset, page = 0, 64
  while true do
    local members = redis.call('ZRANGEBYSCORE', key, from, '+inf', 'LIMIT', offset, page)
    for _, member in ipairs(members) do
      local first, last = ranges.parse(member)
      if first > to then return found end
      found[#found + 1] = math.max(first, from)
      found[#found + 1] = math.min(last, to)
    end
    if #members < page then return found end
    offset = offset + page
  end
end

function ranges.count(flat)
  local sum = 0
  for i = 1, #flat, 2 do sum = sum + flat[i + 1] - flat[i] + 1 end
  return sum
end
