-- Who the server is, and its time
-- keys: one of the queue, so that a cluster asks who holds it, or none
-- arguments: offset of the clock in ms
-- reply: identity, milliseconds since 1970
-- @include shared/identity
return { serverIdentity(), serverTime(ARGV[1]) }
