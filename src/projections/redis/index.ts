export { RedisUnreachable, RedisUnsuitable } from './errors';
export type { RedisFacts } from './examine';
export { examineRedis } from './examine';
export type { RedisOptions } from './openRedisProjection';
export { openRedisProjection } from './openRedisProjection';
