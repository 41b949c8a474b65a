export { openMemoryProjection } from './memoryProjection';
