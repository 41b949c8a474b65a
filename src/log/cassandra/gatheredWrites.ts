import type { Client } from 'cassandra-driver';
import { errors } from 'cassandra-driver';
import type { Bound, NotAcknowledged, Session } from './session';

/**
 * Of one request. More would be logged by the server as a warning each time (its defaults are 10 partitions
 * and 5 KiB), and from 50 KiB on refused.
 */
const REQUEST_MAX = { partitions: 10, bytes: 4096 };
/** After a failure partitions are written one by one for so long. */
const ALONE_MS = 1000;

interface Waiting {
  readonly statements: readonly Bound[];
  readonly bytes: number;
  readonly resolve: (failure: NotAcknowledged | null) => void;
  readonly reject: (error: unknown) => void;
}

/**
 * Small writes to several partitions, which one turn of the event loop brings, as few requests: with many
 * queues that have little to write each, a request costs several times the row in it. Only where every node
 * holds every row, so that no node has to ask one more than it would for each by itself.
 */
export class GatheredWrites {
  private waiting: Waiting[] = [];
  private aloneUntilMs = 0;

  /** @param nowMs of a clock that never goes back. */
  constructor(
    private readonly session: Pick<Session, 'write'>,
    private readonly everyNodeHoldsAll: () => boolean,
    private readonly nowMs: () => number = () => performance.now(),
  ) {}

  /** One attempt to write rows of one partition, which take about so many bytes; null: acknowledged. */
  write(statements: readonly Bound[], bytes: number): Promise<NotAcknowledged | null> {
    if (bytes > REQUEST_MAX.bytes / 2) return this.session.write(statements);
    return new Promise((resolve, reject) => {
      this.waiting.push({ statements, bytes, resolve, reject });
      // After all that this turn still brings, and before anything else.
      if (this.waiting.length === 1) process.nextTick(() => this.send());
    });
  }

  private send(): void {
    const { waiting } = this;
    this.waiting = [];
    const alone =
      waiting.length === 1 || this.nowMs() < this.aloneUntilMs || !this.everyNodeHoldsAll();
    for (const group of alone ? waiting.map((each) => [each]) : groupsOf(waiting)) {
      this.request(group).then(
        (failure) => {
          for (const { resolve } of group) resolve(failure);
        },
        (error: unknown) => {
          for (const { reject } of group) reject(error);
        },
      );
    }
  }

  /**
   * Whatever a server says of partitions together, it may have written some: Unavailable, too, for it looks at
   * one after the other. So each is made again by itself.
   */
  private async request(group: readonly Waiting[]): Promise<NotAcknowledged | null> {
    const failure = await this.session.write(group.flatMap(({ statements }) => statements));
    if (failure === null || group.length === 1) return failure;
    this.aloneUntilMs = this.nowMs() + ALONE_MS;
    const { error } = failure;
    const surelyNotDone = failure.surelyNotDone && !(error instanceof errors.ResponseError);
    return { surelyNotDone, error };
  }
}

/** In the order they came, as many together as a request may hold. */
function groupsOf(waiting: readonly Waiting[]): Waiting[][] {
  const groups: Waiting[][] = [];
  let group: Waiting[] = [];
  let bytes = 0;
  for (const each of waiting) {
    bytes += each.bytes;
    if (group.length === 0 || group.length >= REQUEST_MAX.partitions || bytes > REQUEST_MAX.bytes) {
      group = [];
      groups.push(group);
      bytes = each.bytes;
    }
    group.push(each);
  }
  return groups;
}

/** Any row will do: all of a keyspace have as many copies. */
const SOME_PARTITION = Buffer.from([0]);

export const everyNodeHoldsAll =
  (client: Client, keyspace: string): (() => boolean) =>
  () => {
    // Typed as always there; without metadata, or beside a change of the ring, there are none.
    const replicas = client.getReplicas(keyspace, SOME_PARTITION) as
      readonly unknown[] | null | undefined;
    return replicas?.length === client.hosts.length;
  };
