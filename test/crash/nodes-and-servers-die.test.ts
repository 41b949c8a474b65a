import { CASSANDRA_FAULTS } from './faults/cassandra';
import { NODE_FAULTS, PAUSES } from './faults/nodes';
import { OLDER_DATA, REDIS_FAULTS } from './faults/redis';
import { describeShortRuns } from './short';

describeShortRuns(
  'three nodes under load',
  {
    'nodes are killed, at random and at each fail point': NODE_FAULTS,
    'Redis loses what it holds, and a node hangs for longer than a lease': {
      ...REDIS_FAULTS,
      ...OLDER_DATA,
      ...PAUSES,
    },
    'Cassandra is killed': CASSANDRA_FAULTS,
  },
  { ttrMs: 2_000 },
);
