import { setTimeout as pause } from 'node:timers/promises';
import { Errors } from 'moleculer';
import { createKeyServiceSource, createValueCodec, createVault } from '../../src/crypto';
import type { TaskIndex } from '../../src/domain';
import { segmentOf } from '../../src/domain';
import { openCassandraLog } from '../../src/log/cassandra';
import { queueOf } from '../../test/support/rows';
import type { CalledQueue } from '../calledQueue';
import { OWNER } from '../calledQueue';
import type { Sealed, Shape } from '../loadedQueue';
import { SEGMENT_SIZE, writeQueue } from '../loadedQueue';
import { VALUE } from '../value';
import type { ServersQueue } from './serversQueue';
import { OEK } from './serversQueue';

const REBUILDING_MS = 200;

/** A queue that was filled while the service stood still, and that it has opened since. */
export async function loadQueue(
  ours: ServersQueue,
  serviceId: string,
  shape: Shape,
): Promise<CalledQueue> {
  process.stderr.write(`loading ${serviceId} ...\n`);
  await ours.whileStopped(async () => {
    const log = await openCassandraLog(ours.servers.cassandra);
    try {
      await writeQueue(log, queueOf(OWNER, serviceId), shape, await sealedFor(serviceId));
    } finally {
      await log.close();
    }
  });
  const queue = ours.named(serviceId);
  await opened(queue);
  return queue;
}

/** Resolves when the projection of a queue is there: a call starts a rebuild, and may be told to come again. */
export async function opened(queue: CalledQueue): Promise<void> {
  for (;;) {
    try {
      await queue.add();
      return;
    } catch (error) {
      if (!(error instanceof Errors.MoleculerError) || error.type !== 'Rebuilding') throw error;
      await pause(REBUILDING_MS);
    }
  }
}

async function sealedFor(serviceId: string): Promise<Sealed> {
  const queue = queueOf(OWNER, serviceId);
  const vault = createVault(createKeyServiceSource(async () => OEK));
  const sealer = await vault.sealer(queue.ownerId);
  const value = createValueCodec().encode(VALUE, 'value');
  return {
    keyId: sealer.keyId,
    payload(number) {
      const index = number as TaskIndex;
      const segment = segmentOf(index, SEGMENT_SIZE);
      return sealer.seal({ ...queue, segment, index, type: 'Added', leaseId: '' }, { value });
    },
  };
}
