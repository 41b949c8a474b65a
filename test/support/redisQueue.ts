import type { Redis } from 'ioredis';
import type { Epoch, OwnerId, Projection, QueueId, ServiceId } from '../../src/domain';
import { OutcomeUnknown } from '../../src/domain';
import { targetOf } from '../../src/projections/redis/address';
import { connected } from '../../src/projections/redis/connected';
import { serverClient } from '../../src/projections/redis/clients';
import { redisProjection } from '../../src/projections/redis/redisProjection';
import { OpenQueue, stateOf } from '../contract/projection/openQueue';
import { until } from './until';

export const PREFIX = 'test';

/** A connection to look at the server and to do to it what happens to servers. */
export async function clientOf(url: string, commandTimeoutMs = 5000): Promise<Redis> {
  const client = serverClient(targetOf({ url }, false), commandTimeoutMs);
  await connected(client, url, 10_000);
  return client;
}

export async function projectionOn(url: string, commandTimeoutMs?: number): Promise<Projection> {
  return redisProjection(await clientOf(url, commandTimeoutMs), { prefix: PREFIX });
}

export const queueNamed = (serviceId: string): QueueId => ({
  ownerId: 'owner' as OwnerId,
  serviceId: serviceId as ServiceId,
});

/** A queue with something in every key: pending, a gap, a lease, a returned task, what waits. */
export async function fullQueue(projection: Projection, serviceId: string): Promise<OpenQueue> {
  const open = new OpenQueue(projection, queueNamed(serviceId), 1 as Epoch);
  const state = stateOf({
    claimedTo: 20,
    allocated: 10,
    published: 8,
    fetched: 4,
    pending: [{ from: 9, to: 10, since: 0 }],
    gaps: [{ from: 1, to: 1 }],
    returned: [{ from: 2, to: 4 }],
  });
  if ((await open.restore(state)) !== 'opened') throw new Error('the queue was not opened');
  await open.lease('w', 60_000, 'caller'); // with the order by fetchedAt
  return open;
}

/** Cuts every connection but `aside` while the call waits in the server, which then never does it. */
export async function breakWhileWaiting(aside: Redis, call: () => Promise<unknown>): Promise<void> {
  await aside.client('PAUSE', 60_000, 'WRITE');
  const waiting = expect(call()).rejects.toThrow(OutcomeUnknown);
  await until(async () => / flags=b /.test(String(await aside.client('LIST', 'TYPE', 'NORMAL'))));
  await aside.call('CLIENT', 'KILL', 'TYPE', 'normal', 'SKIPME', 'yes');
  await waiting;
  await aside.client('UNPAUSE');
}
