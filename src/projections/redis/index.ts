export { RedisUnreachable, RedisUnsuitable } from './errors';
export type { RedisOptions } from './openRedisProjection';
export { openRedisProjection } from './openRedisProjection';
