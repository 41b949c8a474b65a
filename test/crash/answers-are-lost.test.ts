import { PROXY_FAULTS } from './faults/proxies';
import { describeShortRuns } from './short';

describeShortRuns(
  'three nodes whose servers are far away',
  { 'replies are lost, connections hang, break or are slow': PROXY_FAULTS },
  { proxied: true },
);
