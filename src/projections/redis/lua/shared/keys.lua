-- Every key of a queue, as keys.ts lists them.
local META = KEYS[1] -- hash: the numbers of the queue, and how large every other key is
local PENDING = KEYS[2] -- ranges, each with the time since when: `from:to:since`
local GAPS = KEYS[3] -- ranges
local WORKERS = KEYS[4] -- hash: worker -> its lease, as `index leaseId fetchedAt leaseUntil`
local TASKS = KEYS[5] -- zset: worker by the index it holds
local UNTIL = KEYS[6] -- zset: 16 digits of index, then worker, by leaseUntil
local SINCE = KEYS[7] -- zset: the same by fetchedAt
local RETURNED = KEYS[8] -- ranges
local KNOWN = KEYS[9] -- zset: segments by number

-- Lua would write 1e+15 for large numbers; an index must stay digits.
local function int(number)
  return string.format('%d', number)
end
