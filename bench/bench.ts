import { parseArgs } from 'node:util';
import { benchEmbedded, printEmbedded } from './embedded';
import { benchPeers, peersOptions, printPeers } from './peers';
import { benchRebuild, printRebuild } from './rebuild';
import { tell } from './report';
import { benchServers, printServers } from './servers';

/**
 * npm run bench -- [--servers | --rebuild | --peers] [--json] [--quick]: the embedded queue next to raw
 * SQLite commits, the queue on Cassandra and Redis next to raw inserts, rebuilds next to raw scans, or the
 * queue next to others, within one run, so that a machine that slows down slows all. Ratios travel;
 * absolute figures do not. With --peers: --only FAMILIES, --tables TABLES, --plots FOLDER.
 */
async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      json: { type: 'boolean', default: false },
      quick: { type: 'boolean', default: false },
      servers: { type: 'boolean' },
      rebuild: { type: 'boolean' },
      peers: { type: 'boolean' },
      only: { type: 'string' },
      tables: { type: 'string' },
      plots: { type: 'string' },
    },
  });
  const { json, quick } = values;
  const rounds = quick ? 1 : 5;
  const forMs = quick ? 500 : 2_000;
  if (values.peers === true)
    tell(json, await benchPeers(peersOptions(values), quick, rounds, forMs), printPeers);
  else if (values.servers === true) tell(json, await benchServers(rounds, forMs), printServers);
  else if (values.rebuild === true) tell(json, await benchRebuild(quick), printRebuild);
  else tell(json, await benchEmbedded(rounds, forMs), printEmbedded);
}

void main();
