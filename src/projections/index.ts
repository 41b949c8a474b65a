export { openMemoryProjection } from './memory';
export type { MemoryProjectionOptions } from './memory';
