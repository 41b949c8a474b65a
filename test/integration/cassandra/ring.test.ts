import { setTimeout as wait } from 'node:timers/promises';
import type { Confirmation, Head, Log, QueueId } from '../../../src/domain';
import { LogUnavailable, OutcomeUnknown } from '../../../src/domain';
import { createdQueue, headOf, newQueue, readAll, rewindOf } from '../../contract/log/arrange';
import { useCassandra } from '../../support/cassandra/openedLog';
import type { OwnCassandraRing } from '../../support/cassandra/ring';
import { ownCassandraRing } from '../../support/cassandra/ring';
import { SERVER_START_MS, describeOnServers } from '../../support/servers';
import { closed, epoch, rowOf, segment } from '../../support/rows';

/** Until the nodes that are left know which are gone, and those that are back are known. */
const TRIES_MAX = 60;
const ROWS_EACH = 400;

const isTyped = (error: unknown): boolean =>
  error instanceof LogUnavailable || error instanceof OutcomeUnknown;

/** Repeats what ends in an error that says it can be repeated. */
async function persist<A>(call: () => Promise<A>): Promise<A> {
  for (let tries = 1; ; tries++) {
    try {
      return await call();
    } catch (error) {
      if (!isTyped(error) || tries === TRIES_MAX) throw error;
    }
    await wait(250);
  }
}

const appended = async (log: Log, queue: QueueId, index: number, inEpoch = 1): Promise<void> => {
  const row = rowOf(index, { epoch: inEpoch });
  const [answer] = await log.append(queue, epoch(inEpoch), [[row]]);
  if (answer?.type === 'failed') throw answer.error;
  expect(answer).toEqual<Confirmation>({ type: 'confirmed' });
};

/** The tests follow one another on one cluster, which is dear to start. */
describeOnServers('three servers with three copies', () => {
  let ring: OwnCassandraRing;
  const cassandra = useCassandra(async () => (ring = await ownCassandraRing()), 3);
  afterAll(() => ring.stop());

  let queue: QueueId;
  const confirmed = new Set<number>();
  const openTwo = (): Promise<[Log, Log]> => {
    const options = { requestTimeoutMs: 3000, appendBudgetMs: 3000 };
    return Promise.all([cassandra.open(options), cassandra.open(options)]);
  };
  const indices = async (log: Log): Promise<Set<number>> =>
    new Set((await persist(() => readAll(log, queue))).map(({ index }) => Number(index)));

  it(
    'of which one is killed lose nothing that was confirmed to two nodes, which go on',
    async () => {
      const logs = await openTwo();
      queue = await createdQueue(logs[0], 4096);
      const failures: { index: number; error: unknown }[] = [];
      let confirmedAfter = 0;
      // It takes requests that it will not carry out: one confirmed all the same would be missing.
      const frozen = wait(2 * ROWS_EACH).then(() => ring.nodes[1]!.signal('SIGSTOP'));
      const killed = frozen.then(() => wait(200)).then(() => ring.nodes[1]!.kill());
      const appending = logs.flatMap((log, n) =>
        Array.from({ length: ROWS_EACH }, async (_, i) => {
          const index = 2 * i + n + 1;
          const isAfter = i >= 0.75 * ROWS_EACH;
          await (isAfter ? killed : wait(4 * i));
          try {
            await appended(log, queue, index);
            confirmed.add(index);
            if (isAfter) confirmedAfter += 1;
          } catch (error) {
            failures.push({ index, error });
          }
        }),
      );
      await Promise.all([...appending, killed]);

      expect(failures.filter(({ error }) => !isTyped(error))).toEqual([]);
      expect(confirmedAfter).toBeGreaterThan(0);
      for (const log of logs)
        expect([...(await indices(log))]).toEqual(expect.arrayContaining([...confirmed]));
      for (const { index } of failures) {
        await persist(() => appended(logs[0], queue, index));
        confirmed.add(index);
      }
      expect(confirmed.size).toBe(2 * ROWS_EACH);
      for (const log of logs) expect(await indices(log)).toEqual(confirmed);
    },
    SERVER_START_MS,
  );

  it(
    'of which one is gone still change heads, for both nodes',
    async () => {
      const [one, two] = await openTwo();
      const other = newQueue();
      const change = async (
        log: Log,
        attempt: (head: Head) => Promise<{ applied: boolean }>,
        isDone: (head: Head) => boolean,
      ): Promise<void> =>
        persist(async () => {
          const head = await headOf(log, other);
          // An attempt of unknown outcome may have been applied.
          if (!isDone(head)) expect(await attempt(head)).toMatchObject({ applied: true });
        });
      await persist(() => one.createQueue(other, { segmentSize: 8, raisedBy: 'me' }));
      await change(
        two,
        (head) => two.claimSegment(other, head),
        (head) => head.claimedTo > 8,
      );
      await change(
        one,
        (head) => one.raise(other, head, 'one'),
        (head) => head.epoch === 2,
      );
      await persist(() => two.closeSegment(other, epoch(2), segment(1), closed(0)));
      expect((await persist(() => one.segments(other)))[0]?.status).toBe('closed');
      await change(
        two,
        (head) => two.rewind(other, head, rewindOf(head, 0)),
        (head) => head.epoch === 3,
      );
      const { epoch: now, claimedTo } = await persist(() => headOf(one, other));
      expect({ now, claimedTo: claimedTo >= 24 }).toEqual({ now: 3, claimedTo: true });
      expect((await persist(() => one.segments(other)))[0]?.status).toBe('open');
      expect(await persist(() => one.rewinds(other))).toHaveLength(1);

      await persist(() => appended(one, other, 1, 3));
      await persist(() => two.closeSegment(other, epoch(3), segment(1), closed(1)));
      await persist(() => one.dropSegment(other, epoch(3), segment(1)));
      expect((await persist(() => two.segments(other)))[0]?.status).toBe('dropped');
      expect((await persist(() => headOf(two, other))).floor).toBe(8);
      expect(await persist(() => readAll(two, other))).toEqual([]);
    },
    SERVER_START_MS,
  );

  it(
    'of which two are gone confirm and tell nothing; when they are back everything is there',
    async () => {
      const [log, other] = await openTwo();
      const head = await persist(() => headOf(log, queue));
      const next = 2 * ROWS_EACH + 1;
      await ring.nodes[2]!.kill();
      const calls: Record<string, () => Promise<unknown>> = {
        append: () => appended(log, queue, next),
        appendByOther: () => appended(other, queue, next + 1),
        confirm: () => wait(1100).then(() => log.confirm(queue, epoch(1))),
        read: () => readAll(log, queue),
        head: () => log.head(queue),
        segments: () => log.segments(queue),
        createQueue: () => log.createQueue(newQueue(), { segmentSize: 8, raisedBy: 'me' }),
        claimSegment: () => log.claimSegment(queue, head),
        raise: () => log.raise(queue, head, 'me'),
        rewind: () => other.rewind(queue, head, rewindOf(head, 0)),
        closeSegment: () => other.closeSegment(queue, epoch(1), segment(1), closed(0)),
        dropSegment: () => log.dropSegment(queue, epoch(1), segment(1)),
        queues: () => log.queues({ after: null, max: 10 }),
      };
      const answers = Object.entries(calls).map(async ([name, call]) => {
        const answer = await call().then(
          () => 'no error',
          (error: unknown) => (isTyped(error) ? 'typed error' : error),
        );
        return [name, answer];
      });
      expect(Object.fromEntries(await Promise.all(answers))).toEqual(
        Object.fromEntries(Object.keys(calls).map((name) => [name, 'typed error'])),
      );

      await Promise.all([ring.nodes[1]!.start(), ring.nodes[2]!.start()]);
      expect([...(await indices(other))]).toEqual(expect.arrayContaining([...confirmed]));
      expect((await persist(() => headOf(log, queue))).epoch).toBe(1);
      await persist(() => appended(log, queue, next));
      await persist(() => appended(other, queue, next + 1));
      expect(await indices(log)).toEqual(new Set([...confirmed, next, next + 1]));
    },
    SERVER_START_MS,
  );
});
