export { RedisUnreachable, RedisUnsuitable } from './errors';
export { openRedisProjection } from './openRedisProjection';
