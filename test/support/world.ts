import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createWorkQueue } from '../../src/commands/createWorkQueue';
import type { Jobs, Keeping } from '../../src/commands/jobs';
import { createJobs } from '../../src/commands/jobs';
import { NodeRounds } from '../../src/commands/rounds/nodeRounds';
import type { Ports, Settings } from '../../src/commands/settings';
import { DEFAULTS } from '../../src/commands/settings';
import type { Delivery, WorkQueue } from '../../src/commands/workQueue';
import { createValueCodec, createVault } from '../../src/crypto';
import type {
  LeaseId,
  Log,
  OwnerId,
  Projection,
  QueueId,
  ServiceId,
  WorkerId,
} from '../../src/domain';
import { openSqliteLog } from '../../src/log/sqlite';
import { openMemoryProjection } from '../../src/projections/memory';

export const QUEUE: QueueId = { ownerId: 'owner' as OwnerId, serviceId: 'service' as ServiceId };
const TTR_MS = 1_000;

const DAY_MS = 86_400_000;
const vault = createVault(
  {
    current: () => Promise.resolve({ id: 'k1', key: 'a key for tests' }),
    byId: (_, id) => Promise.resolve({ id, key: 'a key for tests' }),
  },
  { keyTtlMs: DAY_MS, newestTtlMs: DAY_MS },
);

/** Derives the key, which takes long, so that no test mistakes that for a call that never answers. */
export const deriveKeys = async (): Promise<void> => {
  await vault.sealer(QUEUE.ownerId);
};

/** Replaces or wraps the ports of one node, so that it can fail where others do not. */
export type Wrap = (ports: Ports) => Ports;

/** One log, one projection, one clock, and as many nodes on them as a test wants. */
export class World {
  readonly dataDir = mkdtempSync(join(tmpdir(), 'queue-world-'));
  readonly log: Log = openSqliteLog({ dataDir: this.dataDir });
  projection: Projection;
  clockMs = 1_700_000_000_000;
  private ids = 0;

  constructor(private readonly settings: Partial<Settings> = {}) {
    this.projection = this.emptyProjection();
  }

  /** Another process: it shares the log and the projection, nothing else. */
  node(wrap: Wrap = (ports) => ports, keeping?: Keeping): TestNode {
    const ports = wrap({
      log: this.log,
      projection: this.projection,
      vault,
      values: createValueCodec(),
      eventId: () => `event-${String(++this.ids)}`,
      monotonic: () => this.clockMs,
      wait: () => Promise.resolve(),
    });
    const settings = { ...DEFAULTS, segmentSize: 4, ...this.settings };
    const rounds = new NodeRounds(ports, settings);
    return new TestNode(
      createWorkQueue(ports, rounds),
      createJobs(ports, rounds, settings, keeping),
    );
  }

  /** All that the projection held is gone. */
  loseProjection(): void {
    this.projection = this.emptyProjection();
  }

  advance(ms: number): void {
    this.clockMs += ms;
  }

  async dispose(): Promise<void> {
    await this.log.close();
    rmSync(this.dataDir, { recursive: true, force: true });
  }

  private emptyProjection(): Projection {
    return openMemoryProjection({ clock: () => this.clockMs });
  }
}

/** The queue of a node, for the one queue that tests use. */
export class TestNode {
  constructor(
    readonly queue: WorkQueue,
    readonly jobs: Jobs,
  ) {}

  add(value: unknown, token?: unknown): Promise<true> {
    return this.queue.add(QUEUE, { value, token });
  }

  fetch(worker: string, timeToRecoverMs = TTR_MS): Promise<Delivery | null> {
    const workerId = worker as WorkerId;
    return this.queue.fetch(QUEUE, { workerId, timeToRecoverMs, recoverBy: 'lease' });
  }

  ack(worker: string, leaseId?: LeaseId, completed = () => Promise.resolve()): Promise<boolean> {
    const workerId = worker as WorkerId;
    return this.queue.ack(QUEUE, { workerId, completed, ...(leaseId ? { leaseId } : {}) });
  }

  rewind(last: number): Promise<true> {
    return this.queue.rewind(QUEUE, last);
  }

  async runJobs(): Promise<void> {
    await this.jobs.sweep();
    await this.jobs.recover();
    await this.jobs.closeSegments();
  }
}
