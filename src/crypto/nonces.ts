import { randomFillSync } from 'node:crypto';

export const NONCE_BYTES = 12;
/** 512 nonces at once: one call of the generator costs more than all of their bytes. */
const POOL_BYTES = 512 * NONCE_BYTES;

/** Random nonces; each is given once. */
export class Nonces {
  private readonly pool = Buffer.allocUnsafeSlow(POOL_BYTES);
  private used = POOL_BYTES;

  constructor(private readonly fill: (pool: Buffer) => void = randomFillSync) {}

  /** A view of the pool: use it before the next call. */
  next(): Buffer {
    if (this.used === POOL_BYTES) {
      this.fill(this.pool);
      this.used = 0;
    }
    this.used += NONCE_BYTES;
    return this.pool.subarray(this.used - NONCE_BYTES, this.used);
  }
}
