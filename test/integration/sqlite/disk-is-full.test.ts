import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Composition } from '../../../src/compose';
import { composeEmbedded } from '../../../src/compose';
import type { WorkerId } from '../../../src/domain';
import { QueueError } from '../../../src/domain';
import { queueOf } from '../../support/rows';

/** A file system of its own of a few MiB, which only root can mount. */
const describeAsRoot = process.getuid?.() === 0 ? describe : describe.skip;
const QUEUE = queueOf('owner', 'service');
const W = 'w' as WorkerId;

describeAsRoot('the disk of an embedded queue is full (needs root to mount one)', () => {
  let dataDir: string;
  let queue: Composition;

  const mounted = (...args: string[]): void => {
    const { status, stderr } = spawnSync('mount', ['-t', 'tmpfs', ...args, 'tmpfs', dataDir]);
    if (status !== 0) throw new Error(stderr.toString());
  };
  beforeEach(async () => {
    dataDir = mkdtempSync(join(tmpdir(), 'disk-is-full-'));
    mounted('-o', 'size=3m');
    queue = await composeEmbedded({ dataDir, keys: 'keyring' });
  });
  afterEach(async () => {
    await queue.close();
    spawnSync('umount', [dataDir]);
    rmSync(dataDir, { recursive: true });
  });

  /** Adds until one fails. Of those that failed it may be that they are there. */
  async function addedUntilFull(): Promise<{ added: number[]; unsure: number[]; error: unknown }> {
    const added: number[] = [];
    for (let n = 1; ; n++) {
      const calls = Array.from({ length: 8 }, (_, i) => 8 * n + i);
      const outcomes = await Promise.allSettled(
        calls.map((id) => queue.queue.add(QUEUE, { value: { id, filler: 'x'.repeat(20_000) } })),
      );
      const failed = calls.filter((_, i) => outcomes[i]?.status === 'rejected');
      added.push(...calls.filter((id) => !failed.includes(id)));
      const first = outcomes.find((outcome) => outcome.status === 'rejected');
      if (first) return { added, unsure: failed, error: first.reason };
      if (n > 1000) throw new Error('the disk is never full');
    }
  }

  const fetch = () =>
    queue.queue.fetch(QUEUE, { workerId: W, timeToRecoverMs: 60_000, recoverBy: 'lease' });
  const ack = () => queue.queue.ack(QUEUE, { workerId: W, completed: () => Promise.resolve() });

  async function drained(): Promise<number[]> {
    const ids: number[] = [];
    for (let task = await fetch(); task; task = await fetch()) {
      ids.push((task.value as { id: number }).id);
      await ack();
    }
    return ids;
  }

  test('adds fail with an error that may be repeated; what was confirmed is there once there is room', async () => {
    const { added, unsure, error } = await addedUntilFull();
    expect(error).toBeInstanceOf(QueueError);
    expect(error).toMatchObject({ retryable: true });
    expect((error as QueueError).type).toMatch(/^(LogUnavailable|OutcomeUnknown)$/);
    expect(added.length).toBeGreaterThan(20);

    mounted('-o', 'remount,size=30m');
    await queue.queue.add(QUEUE, { value: { id: -1 } });
    const ids = await drained();
    expect(ids.filter((id) => !unsure.includes(id)).sort((a, b) => a - b)).toEqual([-1, ...added]);
  });

  test('a start from the full disk and one after it has room again find the same queue', async () => {
    const { added, unsure } = await addedUntilFull();
    await queue.close();
    mounted('-o', 'remount,size=30m');
    queue = await composeEmbedded({ dataDir, keys: 'keyring' });
    const ids = await drained();
    expect(ids.filter((id) => !unsure.includes(id)).sort((a, b) => a - b)).toEqual(added);
  });
});
