import { setTimeout as wait } from 'node:timers/promises';
import type { Log } from '../../../src/domain';
import {
  append,
  claimSegments,
  createdQueue,
  dropped,
  headOf,
  raise,
  readAll,
  rewind,
  scanned,
} from '../../contract/log/arrange';
import {
  interceptDriver,
  isConditional,
  loseAnswer,
  traceDriver,
} from '../../support/cassandra/driver';
import { runCql } from '../../support/cassandra/keyspace';
import { useCassandra } from '../../support/cassandra/openedLog';
import { describeOnServers } from '../../support/servers';
import { closed, epoch, rowsOf, segment } from '../../support/rows';

interface Asked {
  readonly cql: string;
  readonly consistency: unknown;
  readonly serial: unknown;
}

describeOnServers('the consistency that the server was asked for', () => {
  const cassandra = useCassandra();
  let stop: () => void = () => undefined;
  afterEach(() => stop());

  /** Every statement of the log at least once. */
  const useAll = async (log: Log): Promise<void> => {
    const queue = await createdQueue(log);
    await log.createQueue(queue, { segmentSize: 8, raisedBy: 'late' }); // reads the head serially
    await claimSegments(log, queue, 3);
    await append(log, queue, rowsOf(1, 1));
    await append(log, queue, rowsOf(2, 4));
    await readAll(log, queue);
    await scanned(log, queue, segment(1));
    await dropped(log, queue, segment(1));
    await raise(log, queue);
    await rewind(log, queue, 8);
    await log.rewinds(queue);
    await log.segments(queue);
    const undo = interceptDriver(isConditional, loseAnswer); // reads the segment serially
    await log.closeSegment(queue, epoch(3), segment(2), closed(0)).finally(undo);
    await log.queues({ after: queue, max: 10 });
    expect((await headOf(log, queue)).epoch).toBe(3);
  };

  /** Traces are written after the answer. */
  const asked = async (cql: string, traceId: unknown): Promise<Asked> => {
    for (let tries = 0; tries < 100; tries++) {
      const [session] = await runCql(
        cassandra.server,
        `SELECT parameters['consistency_level'] AS consistency,
                parameters['serial_consistency_level'] AS serial
         FROM system_traces.sessions WHERE session_id = ${String(traceId)}`,
      );
      if (session?.['consistency']) {
        return { cql, consistency: session['consistency'], serial: session['serial'] };
      }
      await wait(100);
    }
    throw new Error(`The server has no trace of ${cql}`);
  };

  it.each([
    ['of the home datacenter', false, 'LOCAL_QUORUM', 'LOCAL_SERIAL'],
    ['of all with acrossDataCenters', true, 'QUORUM', 'SERIAL'],
  ] as const)('is a quorum %s', async (_, acrossDataCenters, plain, paxos) => {
    const log = await cassandra.open({ acrossDataCenters });
    const traced = traceDriver();
    stop = () => traced.stop();
    await useAll(log);
    traced.stop();
    const calls = [];
    for (const { cql, traceId } of traced.calls) calls.push(await asked(cql, traceId));

    const conditional = calls.filter(({ cql }) => isConditional(cql));
    expect(conditional.length).toBeGreaterThanOrEqual(7);
    for (const call of conditional)
      expect(call).toMatchObject({ consistency: plain, serial: paxos });

    const others = calls.filter(({ cql }) => !isConditional(cql));
    const serially = others.filter(({ consistency }) => consistency === paxos);
    const rest = others.filter(({ consistency }) => consistency !== paxos);
    expect(
      serially.map(({ cql }) => /SELECT (epoch, raised_by|segment, status)/.exec(cql)?.[1]),
    ).toEqual(['epoch, raised_by', 'segment, status']);
    expect(rest.length).toBeGreaterThan(10);
    expect(rest.filter(({ consistency }) => consistency !== plain)).toEqual([]);
  });
});
