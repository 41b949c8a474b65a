import { RawRows } from '../rawRows';
import type { Contender } from './contender';

/** No queue: what single writes cost. It adds alone. */
export const raw: Contender = {
  name: 'raw single INSERTs',
  family: 'raw',
  async open(servers) {
    const { servers: addresses, pids } = await servers.ours('periodic');
    const rows = new RawRows(addresses.cassandra);
    return {
      configuration:
        'the Cassandra of "ours, commit log periodic", prepared, one partition, LOCAL_QUORUM',
      pids: [pids.cassandra],
      async newQueue() {
        rows.newPartition();
        return {
          add: () => rows.insert(),
          takeAndFinish: () => Promise.reject(new Error('raw rows are not taken')),
        };
      },
      close: () => rows.close(),
    };
  },
};
