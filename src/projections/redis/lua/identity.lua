-- Who the server is, and its time
-- arguments: offset of the clock in ms
-- reply: identity, milliseconds since 1970
-- @include shared/identity
return { serverIdentity(), serverTime(ARGV[1]) }
