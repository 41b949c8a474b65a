import { InvalidInput } from '../../../src/domain';
import { append, createdQueue, readAll } from '../../contract/log/arrange';
import { countCalls, writesEvents } from '../../support/cassandra/driver';
import { useCassandra } from '../../support/cassandra/openedLog';
import { epoch, rowOf } from '../../support/rows';
import { describeOnServers } from '../../support/servers';

describeOnServers('a value of more bytes than the server takes', () => {
  const cassandra = useCassandra();

  it('is refused at once as a ValidationError, and the next one is taken', async () => {
    const log = await cassandra.open();
    const queue = await createdQueue(log);
    const writes = countCalls(writesEvents);
    const big = rowOf(1, { payload: Buffer.alloc(17 * 1024 * 1024) });
    const [answer] = await log.append(queue, epoch(1), [[big]]).finally(() => writes.stop());
    expect(answer).toEqual({ type: 'failed', error: expect.any(InvalidInput) });
    expect(answer).toMatchObject({ error: { type: 'ValidationError', retryable: false } });
    expect(writes.count).toBe(1);
    await append(log, queue, [rowOf(2)]);
    expect(await readAll(log, queue)).toEqual([rowOf(2)]);
  });
});
