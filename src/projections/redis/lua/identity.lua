-- Who the server is, its time, and what a rebuild of the queue has announced
-- keys: meta, so that a cluster asks who holds the queue, and building; or none
-- arguments: offset of the clock in ms
-- reply: identity, milliseconds since 1970, epoch and beat with a space between (false: nothing)
-- @include shared/identity
return { serverIdentity(), serverTime(ARGV[1]), KEYS[2] and redis.call('GET', KEYS[2]) or false }
