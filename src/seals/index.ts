export { createSealer } from './sealer';
export type { PublicKeys } from './signing';
export { publicKeysOf } from './signing';
export type { SealFinding, SealReport } from './verifySeals';
export { verifySeals } from './verifySeals';
