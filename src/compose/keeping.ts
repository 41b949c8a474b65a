import type { Keeping } from '../commands/jobs';
import { createSealer } from '../seals';

/** What becomes of history; each is off unless it is given. */
export interface KeepingOptions {
  /** Drops segments that were closed so many days ago, with all events of their tasks. */
  readonly retention?: { readonly keepDays: number };
  /** Seals segments some time after they were closed, so that a change of them is found. */
  readonly seals?: {
    /** The private Ed25519 key that signs, as PEM. */
    readonly key: string;
    /** Hours, default 24: until then rows may come late. */
    readonly afterHours?: number;
  };
}

export const SEAL_AFTER_HOURS = 24;
const HOUR_MS = 60 * 60 * 1000;
export const DAY_MS = 24 * HOUR_MS;

export const keepingOf = ({ retention, seals }: KeepingOptions): Keeping => ({
  retention: retention ? { keepMs: retention.keepDays * DAY_MS } : null,
  seals: seals
    ? {
        sealer: createSealer(seals.key),
        afterMs: (seals.afterHours ?? SEAL_AFTER_HOURS) * HOUR_MS,
      }
    : null,
});
