import { NETWORK_FAULTS, REPLY_FAULTS } from './faults/proxies';
import { describeShortRuns } from './short';

describeShortRuns(
  'three nodes whose servers are far away',
  {
    'replies are lost, connections hang, break or are slow': { ...REPLY_FAULTS, ...NETWORK_FAULTS },
  },
  { proxied: true },
);
