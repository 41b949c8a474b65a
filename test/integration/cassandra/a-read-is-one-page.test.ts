import { append, createdQueue } from '../../contract/log/arrange';
import { countCalls } from '../../support/cassandra/driver';
import { useCassandra } from '../../support/cassandra/openedLog';
import { rowsOf } from '../../support/rows';
import { describeOnServers } from '../../support/servers';

const TASKS = 100;

describeOnServers('a read of many waiting tasks', () => {
  const cassandra = useCassandra();

  it('is one page: a page that is full would be followed by another', async () => {
    const log = await cassandra.open();
    const queue = await createdQueue(log, 4096);
    await append(log, queue, rowsOf(1, TASKS));
    const pages = countCalls((cql) => /payload FROM \S+queue_events/.test(cql));
    const rows = await log.read(queue, [{ from: 1, to: TASKS }]);
    pages.stop();
    expect(rows).toHaveLength(TASKS);
    expect(pages.count).toBe(1);
  });
});
