import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { Composition, GetOek, LogParts } from '../compose';
import { composeEmbedded, composeServers, composeServersLog } from '../compose';
import type { Values } from '../config';
import { settings } from '../config';
import { KeyUnavailable, QueueError } from '../domain';
import { Option } from 'commander';
import { CommandFailed } from './commandFailed';
import type { Asked, Io } from './command';
import { cassandraOf, serversOf } from './servers';

/** For commands that look at queues and then end. */
export const LOOKING = { ...settings.SERVERS, ...settings.EMBEDDED };
/** The same for those that need the log alone: Redis may be down. */
export const LOOKING_AT_LOG = { ...settings.CASSANDRA, ...settings.EMBEDDED };
export const EMBEDDED_OPTION = new Option(
  '--embedded',
  'looks into the data folder of a stopped embedded queue, in place of Cassandra and Redis',
);

/** Runs `look` on the queues and closes what was opened for it. */
export async function lookAt<A>(
  values: Values<typeof LOOKING>,
  { embedded }: Asked,
  { say }: Pick<Io, 'say'>,
  look: (composition: Composition) => Promise<A>,
): Promise<A> {
  return closedAfter(
    embedded === true
      ? await openEmbedded(values.dataDir)
      : await composeServers({ ...serversOf(values), keys: noKeys, onWaiting: say }),
    look,
  );
}

/** Runs `look` on the log, without Redis, and closes what was opened for it. */
export async function lookAtLog<A>(
  values: Values<typeof LOOKING_AT_LOG>,
  { embedded }: Asked,
  { say }: Pick<Io, 'say'>,
  look: (log: LogParts) => Promise<A>,
  keys: GetOek = noKeys,
): Promise<A> {
  const { startTimeoutMs } = values;
  const cassandra = cassandraOf(values);
  return closedAfter(
    embedded === true
      ? await openEmbedded(values.dataDir)
      : await composeServersLog({ cassandra, startTimeoutMs, keys, onWaiting: say }),
    look,
  );
}

async function closedAfter<Opened extends { close(): Promise<void> }, A>(
  opened: Opened,
  look: (opened: Opened) => Promise<A>,
): Promise<A> {
  try {
    return await look(opened);
  } finally {
    await opened.close();
  }
}

/** Counts and names are not sealed. */
const noKeys = (ownerId: string): Promise<never> =>
  Promise.reject(new KeyUnavailable('This command asks for no keys', { ownerId }));

async function openEmbedded(dataDir: string): Promise<Composition> {
  const folder = resolve(dataDir);
  if (!existsSync(join(folder, 'queue.db'))) {
    throw new CommandFailed(
      `There is no log in ${folder}. Set --data-dir or DATA_DIR to the data folder of an embedded queue.`,
    );
  }
  try {
    return await composeEmbedded({ dataDir: folder, keys: 'keyring' });
  } catch (error) {
    if (!(error instanceof QueueError) || error.type !== 'DataFolderInUse') throw error;
    throw new CommandFailed(
      `${error.message.replace(/ Stop it,.*/, '')} Stop that process first, or ask it: ` +
        'GET /api/queue/{serviceId}/info with the token that it printed.',
    );
  }
}
