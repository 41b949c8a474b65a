import type { Log, Projection, ValueCodec, Vault } from '../domain';

/** What the commands stand on. */
export interface Ports {
  readonly log: Log;
  readonly projection: Projection;
  readonly vault: Vault;
  readonly values: ValueCodec;
  /** A time UUID. */
  readonly eventId: () => string;
  /** Milliseconds of a clock that never goes back. */
  readonly monotonic: () => number;
  readonly wait: (ms: number) => Promise<void>;
}

/** Bounds. Each has a default that docs/configuration names. */
export interface Settings {
  /** Commands in one round of one queue. */
  readonly roundCommandsMax: number;
  /** How long a command waits for its round before it hears Overloaded. */
  readonly roundWaitMs: number;
  /** Commands of all queues that this node holds; beyond: Overloaded. */
  readonly commandsMax: number;
  /** Bytes of what those commands carry; beyond: Overloaded. */
  readonly bytesMax: number;
  /** Bytes of tasks this node has added that it keeps for their first fetch; 0: none. */
  readonly recentBytesMax: number;
  /** How long an append may be repeated; a reserved index is left alone so long. */
  readonly appendBudgetMs: number;
  /** How long any call of a port may take before its outcome counts as unknown. */
  readonly portTimeoutMs: number;
  /** How long a caller waits for a rebuild before it hears Rebuilding. */
  readonly rebuildWaitMs: number;
  /** Indices in a segment of a new queue. */
  readonly segmentSize: number;
}

export const DEFAULTS: Settings = {
  roundCommandsMax: 256,
  roundWaitMs: 5_000,
  commandsMax: 10_000,
  bytesMax: 64 * 1024 * 1024,
  recentBytesMax: 16 * 1024 * 1024,
  appendBudgetMs: 30_000,
  portTimeoutMs: 35_000,
  rebuildWaitMs: 5_000,
  segmentSize: 4096,
};
