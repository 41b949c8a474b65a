export { openMemoryProjection } from './memoryProjection';
export type { MemoryProjectionOptions } from './memoryProjection';
