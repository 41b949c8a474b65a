import type { ConnectionOptions } from 'node:tls';

export interface CassandraOptions {
  /** Some nodes of the cluster, `host` or `host:port`; the others are found through them. */
  readonly contactPoints: readonly string[];
  /** The home datacenter of the queues. */
  readonly localDataCenter: string;
  readonly keyspace: string;
  readonly credentials?: { readonly username: string; readonly password: string };
  readonly tls?: ConnectionOptions;
  /**
   * Quorums of the whole cluster, not of the home datacenter: for queues that are used from several
   * datacenters. Every call then waits for the far one.
   */
  readonly acrossDataCenters?: boolean;
  /** A node that has not answered after so long is taken for gone. Longer than the server's own time-outs. */
  readonly requestTimeoutMs?: number;
  /** How long rows of unknown outcome are written again before the append ends in OutcomeUnknown. */
  readonly appendBudgetMs?: number;
}

export const REQUEST_TIMEOUT_MS = 5_000;
export const APPEND_BUDGET_MS = 30_000;
