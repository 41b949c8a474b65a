import type { Log, QueueId } from '../../../src/domain';
import { append, createdQueue, headOf, raise } from '../../contract/log/arrange';
import {
  countCalls,
  interceptDriver,
  looksAtEpoch,
  writesEvents,
} from '../../support/cassandra/driver';
import { useCassandra } from '../../support/cassandra/openedLog';
import { describeOnServers } from '../../support/servers';
import { epoch, rowsOf } from '../../support/rows';

const confirmed = { type: 'confirmed' };
const moved = { type: 'moved', epoch: 2 };

/** Rule F1: what a confirmation rests on. */
describeOnServers('the epoch lease', () => {
  const cassandra = useCassandra();
  const undo: (() => void)[] = [];
  afterEach(() => {
    for (const each of undo.splice(0).reverse()) each();
  });

  const clock = { monotonicMs: 0, wallMs: 0 };
  let log: Log;
  let other: Log;
  let queue: QueueId;
  beforeEach(async () => {
    log = await cassandra.open({
      clock: () => ({
        monotonicMs: performance.now() + clock.monotonicMs,
        wallMs: Date.now() + clock.wallMs,
      }),
    });
    other = await cassandra.open();
    queue = await createdQueue(log, 4096);
    await append(log, queue, rowsOf(1, 1));
  });

  const looks = () => {
    const counted = countCalls(looksAtEpoch);
    undo.push(counted.stop);
    return counted;
  };
  /** Writes wait for `open`. */
  const gate = (): { open: () => void; reached: Promise<void> } => {
    let open = (): void => undefined;
    let reach = (): void => undefined;
    const opened = new Promise<void>((resolve) => (open = resolve));
    const reached = new Promise<void>((resolve) => (reach = resolve));
    undo.push(
      interceptDriver(writesEvents, async (send) => {
        reach();
        await opened;
        return send();
      }),
    );
    return { open, reached };
  };
  const pass = (monotonicMs: number, wallMs: number): void => {
    clock.monotonicMs += monotonicMs;
    clock.wallMs += wallMs;
  };

  it('is one read for all appends of its time', async () => {
    const counted = looks();
    await Promise.all(
      Array.from({ length: 40 }, (_, i) => append(log, queue, rowsOf(i + 2, i + 2))),
    );
    expect(counted.count).toBe(0);
    pass(1001, 1001);
    await Promise.all(
      Array.from({ length: 40 }, (_, i) => append(log, queue, rowsOf(i + 50, i + 50))),
    );
    expect(counted.count).toBe(1);
  });

  it('confirms within it without another read, also if the epoch was raised meanwhile', async () => {
    const writing = gate();
    const answer = log.append(queue, epoch(1), [rowsOf(2, 3)]);
    await writing.reached;
    await raise(other, queue);
    const counted = looks();
    writing.open();
    expect(await answer).toEqual([confirmed]);
    expect(counted.count).toBe(0);
  });

  const slow: [string, number, number][] = [
    ['both clocks', 1001, 1001],
    ['the wall clock alone (the machine slept)', 0, 1001],
    ['the monotonic clock alone (the wall clock was set back)', 1001, -60_000],
  ];

  it.each(slow)('older than it by %s: one more read', async (_, monotonicMs, wallMs) => {
    const writing = gate();
    const answer = log.append(queue, epoch(1), [rowsOf(2, 3)]);
    await writing.reached;
    pass(monotonicMs, wallMs);
    const counted = looks();
    writing.open();
    expect(await answer).toEqual([confirmed]);
    expect(counted.count).toBe(1);
  });

  it.each(slow)(
    'older than it by %s and raised meanwhile: moved',
    async (_, monotonicMs, wallMs) => {
      const writing = gate();
      const answer = log.append(queue, epoch(1), [rowsOf(2, 3), rowsOf(4, 4)]);
      await writing.reached;
      await raise(other, queue);
      pass(monotonicMs, wallMs);
      writing.open();
      expect(await answer).toEqual([moved, moved]);
    },
  );

  it('counts for confirm as well', async () => {
    await raise(other, queue);
    expect(await log.confirm(queue, epoch(1))).toEqual(confirmed);
    pass(1001, 1001);
    expect(await log.confirm(queue, epoch(1))).toEqual(moved);
  });

  it('is not waited for by the epoch that follows', async () => {
    await raise(other, queue);
    await append(log, queue, rowsOf(2, 2, { epoch: 2 }), epoch(2));
    expect(await log.append(queue, epoch(1), [rowsOf(3, 3)])).toEqual([moved]);
    expect((await headOf(log, queue)).epoch).toBe(2);
  });

  it('does not make a node write that has seen the newer epoch, nor look once more', async () => {
    const writing = gate();
    const answer = log.append(queue, epoch(1), [rowsOf(2, 2)]);
    await writing.reached;
    await raise(other, queue);
    pass(1001, 1001);
    expect(await log.confirm(queue, epoch(1))).toEqual(moved);
    const [writes, counted] = [countCalls(writesEvents), looks()];
    undo.push(writes.stop);
    expect(await log.append(queue, epoch(1), [rowsOf(3, 3), rowsOf(4, 4)])).toEqual([moved, moved]);
    writing.open();
    expect(await answer).toEqual([moved]);
    expect({ writes: writes.count, looks: counted.count }).toEqual({ writes: 0, looks: 0 });
  });

  it('that cannot be read leaves the outcome of what was written unknown', async () => {
    const writing = gate();
    const answer = log.append(queue, epoch(1), [rowsOf(2, 2)]);
    await writing.reached;
    pass(1001, 1001);
    undo.push(interceptDriver(looksAtEpoch, () => Promise.reject(new Error('no'))));
    writing.open();
    expect(await answer).toEqual([
      { type: 'failed', error: expect.objectContaining({ type: 'OutcomeUnknown' }) },
    ]);
  });
});
