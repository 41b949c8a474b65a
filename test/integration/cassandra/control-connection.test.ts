import { connect } from '../../../src/log/cassandra/connect';
import { optionsOf } from '../../support/cassandra/keyspace';
import { useCassandra } from '../../support/cassandra/openedLog';
import { describeOnServers } from '../../support/servers';

describeOnServers('the control connection of the driver', () => {
  const cassandra = useCassandra();

  it('is looked for once at a time, however often its loss is told', async () => {
    const client = await connect(optionsOf(cassandra.server, cassandra.keyspace));
    let refreshes = 0;
    client.on('log', (_level, _source, message: string) => {
      if (message.startsWith('Trying to acquire')) refreshes++;
    });
    const { controlConnection } = client as unknown as {
      // not in its public types
      readonly controlConnection: { _refresh(): Promise<void> };
    };
    await Promise.all([controlConnection._refresh(), controlConnection._refresh()]);
    expect(refreshes).toBe(1);
    await controlConnection._refresh();
    expect(refreshes).toBe(2);
    await client.shutdown();
  });
});
