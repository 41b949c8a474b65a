import { setTimeout as wait } from 'node:timers/promises';
import type { Log } from '../../../src/domain';
import { LogUnavailable, OutcomeUnknown } from '../../../src/domain';
import { append, createdQueue, headOf, readAll } from '../../contract/log/arrange';
import { useCassandra } from '../../support/cassandra/openedLog';
import type { OwnCassandraServer } from '../../support/cassandra/server';
import { ownCassandraServer } from '../../support/cassandra/server';
import { SERVER_START_MS, describeOnServers } from '../../support/servers';
import { until } from '../../support/until';
import { closed, epoch, rowsOf, segment } from '../../support/rows';

/** A caller that has heard nothing after so long counts as one that hears nothing at all. */
const HANGS_MS = 20_000;

async function failureOf(call: () => Promise<unknown>): Promise<unknown> {
  const answered = call().then(
    (answer) => {
      const [first] = Array.isArray(answer) ? (answer as { error?: unknown }[]) : [];
      return first?.error ?? answer;
    },
    (error: unknown) => error,
  );
  return Promise.race([answered, wait(HANGS_MS, 'no answer', { ref: false })]);
}

const answersAgain = (log: Log, queue: Parameters<Log['head']>[0]): Promise<void> =>
  until(async () => Array.isArray(await readAll(log, queue)), 10_000);

describeOnServers('a server that goes away', () => {
  let server: OwnCassandraServer;
  const cassandra = useCassandra(
    async () => (server = await ownCassandraServer({ commitLog: 'batch' })),
  );
  afterAll(() => server.stop());

  it(
    'is told quickly; it is used again once it is back, and what was confirmed is there',
    async () => {
      const log = await cassandra.open();
      const queue = await createdQueue(log, 4096);
      await append(log, queue, rowsOf(1, 2));
      const head = await headOf(log, queue);

      const rows = rowsOf(3, 400);
      const appends = rows.map(async (row) => {
        await wait(row.index / 4);
        return log.append(queue, epoch(1), [[row]]);
      });
      await wait(40);
      await server.kill();
      const answers = await Promise.all(appends);
      const failures = answers.flatMap(([answer]) =>
        answer?.type === 'failed' ? [answer.error] : [],
      );
      expect(failures.length).toBeGreaterThan(0);
      for (const error of failures) {
        expect([LogUnavailable, OutcomeUnknown]).toContain(error.constructor);
      }

      for (const call of [
        () => log.head(queue),
        () => readAll(log, queue),
        () => log.append(queue, epoch(1), [rowsOf(500, 501)]),
        () => log.raise(queue, head, 'me'),
        () => log.closeSegment(queue, epoch(1), segment(1), closed(0)),
        () => log.queues({ after: null, max: 10 }),
      ]) {
        expect(await failureOf(call)).toBeInstanceOf(LogUnavailable);
      }

      await server.start();
      await answersAgain(log, queue);
      const found = new Set((await readAll(log, queue)).map(({ index }) => index));
      for (const [i, [answer]] of answers.entries()) {
        if (answer?.type === 'confirmed') expect(found).toContain(rows[i]!.index);
      }
      await append(log, queue, rowsOf(600, 610));
    },
    SERVER_START_MS,
  );

  it('that answers no more is told after the time-out, and appends end within their budget', async () => {
    const log = await cassandra.open({ requestTimeoutMs: 500, appendBudgetMs: 1200 });
    const queue = await createdQueue(log);
    await append(log, queue, rowsOf(1, 1));
    const head = await headOf(log, queue);
    server.signal('SIGSTOP');
    await wait(200); // until all its threads stand still
    try {
      const [reading, appending, raising] = await Promise.all([
        failureOf(() => log.head(queue)),
        failureOf(() => log.append(queue, epoch(1), [rowsOf(2, 2)])),
        failureOf(() => log.raise(queue, head, 'me')),
      ]);
      expect(reading).toBeInstanceOf(LogUnavailable);
      expect(appending).toBeInstanceOf(OutcomeUnknown);
      expect(raising).toBeInstanceOf(LogUnavailable); // nothing was sent before the head was read
    } finally {
      server.signal('SIGCONT');
    }
    await answersAgain(log, queue);
    await append(log, queue, rowsOf(2, 2));
  });
});
