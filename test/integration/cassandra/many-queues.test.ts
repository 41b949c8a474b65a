import { errors, types } from 'cassandra-driver';
import type { Confirmation, Log, QueueId } from '../../../src/domain';
import { createdQueue, readAll } from '../../contract/log/arrange';
import type { Intercept } from '../../support/cassandra/driver';
import { interceptDriver, loseAnswer, writesEvents } from '../../support/cassandra/driver';
import { useCassandra } from '../../support/cassandra/openedLog';
import { epoch, rowOf } from '../../support/rows';
import { describeOnServers } from '../../support/servers';

const QUEUES = 12;

describeOnServers('appends of many queues at once', () => {
  const cassandra = useCassandra();
  let log: Log;
  let queues: readonly QueueId[];
  beforeEach(async () => {
    log = await cassandra.open();
    queues = await Promise.all(Array.from({ length: QUEUES }, () => createdQueue(log)));
    // An append waits for the first look at its head, and those come one after the other.
    for (const queue of queues) await log.confirm(queue, epoch(1));
  });

  /** One row for each queue, and how many rows each request had. */
  async function appendAll(intercept: Intercept = (send) => send()) {
    const requests: number[] = [];
    const stop = interceptDriver(writesEvents, (send, cql) => {
      requests.push(cql.match(/INSERT INTO/g)!.length);
      return intercept(send, cql);
    });
    try {
      const outcomes = await Promise.all(
        queues.map((queue) => log.append(queue, epoch(1), [[rowOf(1)]])),
      );
      return { requests, outcomes: outcomes.flat() };
    } finally {
      stop();
    }
  }
  const confirmed = Array.from({ length: QUEUES }, (): Confirmation => ({ type: 'confirmed' }));
  const rowsOfEach = async (): Promise<number[]> =>
    Promise.all(queues.map(async (queue) => (await readAll(log, queue)).length));
  const once = Array.from({ length: QUEUES }, () => 1);

  it('are few requests, and each queue has its row', async () => {
    expect(await appendAll()).toEqual({ requests: [10, 2], outcomes: confirmed });
    expect(await rowsOfEach()).toEqual(once);
  });

  it('of which the answer is lost are made again one by one', async () => {
    const { requests, outcomes } = await appendAll(lostWhereTogether(loseAnswer));
    expect(outcomes).toEqual(confirmed);
    expect(requests.toSorted((a, b) => b - a)).toEqual([10, 2, ...once]);
    expect(await rowsOfEach()).toEqual(once);
  });

  it('that the server cannot take together are taken one by one', async () => {
    const { outcomes } = await appendAll(
      lostWhereTogether(async () => {
        throw new errors.ResponseError(types.responseErrorCodes.unavailableException, 'no quorum');
      }),
    );
    expect(outcomes).toEqual(confirmed);
    expect(await rowsOfEach()).toEqual(once);
  });
});

/** What happens to a request of several queues; those of one are done. */
const lostWhereTogether =
  (intercept: Intercept): Intercept =>
  (send, cql) =>
    cql.indexOf('INSERT INTO') === cql.lastIndexOf('INSERT INTO') ? send() : intercept(send, cql);
