import { setTimeout as wait } from 'node:timers/promises';
import { append, createdQueue, readAll } from '../../contract/log/arrange';
import { traceDriver } from '../../support/cassandra/driver';
import { runCql } from '../../support/cassandra/keyspace';
import { useCassandra } from '../../support/cassandra/openedLog';
import { fetched, rowOf } from '../../support/rows';
import { describeOnServers } from '../../support/servers';

describeOnServers('rows of a task', () => {
  const cassandra = useCassandra();

  /** What the server says that a read has met; traces are written after the answer. */
  const met = async (traceId: unknown): Promise<string> => {
    for (let tries = 0; tries < 100; tries++) {
      const events = await runCql(
        cassandra.server,
        `SELECT activity FROM system_traces.events WHERE session_id = ${String(traceId)}`,
      );
      const read = events
        .map(({ activity }) => String(activity))
        .find((of) => /live rows/.test(of));
      if (read !== undefined) return read;
      await wait(100);
    }
    throw new Error('The server has no trace of the read');
  };

  it('leave no tombstones, whether or not they have a payload', async () => {
    const log = await cassandra.open();
    const queue = await createdQueue(log);
    await append(log, queue, [rowOf(1), rowOf(1, { version: 2 }, fetched)]);
    const traced = traceDriver();
    await readAll(log, queue);
    traced.stop();
    const slices = traced.calls.filter(({ cql }) => /payload FROM/.test(cql));
    expect(slices).toHaveLength(1);
    expect(await met(slices[0]!.traceId)).toMatch(/^Read 2 live rows and 0 tombstone/);
  });
});
