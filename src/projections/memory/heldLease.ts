import type { Lease } from '../../domain';

export interface HeldLease {
  readonly lease: Lease;
  /** The round that made it; 0: restored. No ack acts on a lease of its own round. */
  readonly madeIn: number;
  /** The last round in which `holding` asked for it: it does not run out in that round. */
  askedIn: number;
  /** False once it has ended; the orders drop it when they meet it. */
  live: boolean;
}
