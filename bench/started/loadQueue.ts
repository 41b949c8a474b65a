import { createKeyServiceSource, createValueCodec, createVault } from '../../src/crypto';
import type { TaskIndex } from '../../src/domain';
import { segmentOf } from '../../src/domain';
import { openCassandraLog } from '../../src/log/cassandra';
import { queueOf } from '../../test/support/rows';
import { OWNER } from '../calledQueue';
import type { Sealed, Shape } from '../loadedQueue';
import { SEGMENT_SIZE, writeQueue } from '../loadedQueue';
import { VALUE } from '../value';
import type { ServersQueue } from './serversQueue';
import { OEK } from './serversQueue';

/** Fills a new queue so that the service can go on with it; its first call then rebuilds the projection. */
export async function loadQueue(
  ours: ServersQueue,
  serviceId: string,
  shape: Shape,
): Promise<void> {
  process.stderr.write(`loading ${serviceId} ...\n`);
  await ours.whileStopped(async () => {
    const log = await openCassandraLog(ours.servers.cassandra);
    try {
      await writeQueue(log, queueOf(OWNER, serviceId), shape, await sealedFor(serviceId));
    } finally {
      await log.close();
    }
  });
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
