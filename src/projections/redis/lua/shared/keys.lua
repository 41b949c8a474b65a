-- Every key of a queue, as keys.ts lists them. A script that is called for several queues has those of one
-- after those of another.
local META -- what fence.lua packs: the numbers of the queue, and how large every other key is
local PENDING -- ranges, each with the time since when: `from:to:since`
local GAPS -- ranges
local WORKERS -- hash: worker -> its lease, as `index leaseId fetchedAt leaseUntil`
local TASKS -- zset: worker by the index it holds
local UNTIL -- zset: 16 digits of index, then worker, by leaseUntil
local SINCE -- zset: the same by fetchedAt; kept from when it is first asked for (leases.lua)
local RETURNED -- ranges
local KNOWN -- zset: segments by number
local KEYS_EACH = 9

local function useQueue(number)
  local last = number * KEYS_EACH
  META, PENDING, GAPS, WORKERS, TASKS, UNTIL, SINCE, RETURNED, KNOWN =
    unpack(KEYS, last - KEYS_EACH + 1, last)
end
useQueue(1)

-- Lua would write 1e+15 for large numbers; an index must stay digits.
local function int(number)
  return string.format('%d', number)
end
