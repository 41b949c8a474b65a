import type { EventRow, Lease, QueueId, Segment } from '../domain';
import { KeyUnavailable, PayloadUnreadable } from '../domain';
import { ack } from './ack';
import { add } from './add';
import type { SealedDelivery } from './fetch';
import { fetch } from './fetch';
import { info } from './info';
import { Refusals } from './refusals';
import { rewind } from './rewind';
import type { NodeRounds } from './rounds/nodeRounds';
import type { Ports } from './settings';
import type { AckRequest, Delivery, WorkQueue } from './workQueue';

const LEASES_MAX = 1000;

/** The commands behind one facade: values are encoded and sealed before a round, opened after it. */
export function createWorkQueue(ports: Ports, rounds: NodeRounds): WorkQueue {
  const { vault, values } = ports;
  const refusals = new Refusals(ports.log, rounds);

  const open = async (
    queue: QueueId,
    segment: Segment,
    { index, keyId, payload }: EventRow,
    field: 'value' | 'token',
  ): Promise<unknown> => {
    if (keyId === null || payload === null) {
      throw new Error(`Added without a payload: ${String(index)}`);
    }
    const place = { ...queue, segment, index, type: 'Added', leaseId: '' } as const;
    return values.decode(await vault.open(place, keyId, payload, field));
  };

  return {
    async add(queue, task) {
      const value = values.encode(task.value, 'value');
      const token = task.token === undefined ? null : values.encode(task.token, 'token');
      const bytes = value.length + (token?.length ?? 0);
      return rounds.hold(bytes, async () => {
        const sealer = await vault.sealer(queue.ownerId);
        return rounds.touch(queue).run(add(queue, { sealer, value, token }));
      });
    },

    fetch: (queue, request) =>
      rounds.hold(0, async () => {
        const there = rounds.touch(queue).exists();
        if (there !== true && !(await there)) return null; // and no key is made for it
        await vault.sealer(queue.ownerId); // no task is leased while its value could not be opened
        const delivery = await rounds.touch(queue).run(fetch(request));
        return delivery && openDelivery(queue, delivery);
      }),

    async ack(queue, request) {
      const fields = encodeOutcome(request);
      const bytes = Object.values(fields).reduce((sum, { length }) => sum + length, 0);
      const { workerId, leaseId = null } = request;
      const completed = async (added: EventRow, segment: Segment): Promise<unknown> => {
        const token = await open(queue, segment, added, 'token');
        return request.completed({ token, ...outcomeOf(request) });
      };
      const acked = await rounds.hold(bytes, async () => {
        const sealable =
          Object.keys(fields).length === 0
            ? null
            : { sealer: await vault.sealer(queue.ownerId), fields };
        return rounds.touch(queue).run(ack(queue, { workerId, leaseId, sealable, completed }));
      });
      if (!acked && leaseId !== null) refusals.note(queue, leaseId, workerId);
      return acked;
    },

    info: (queue, leasesMax = LEASES_MAX) => rounds.touch(queue).submit(info(leasesMax)),

    rewind: (queue, last) => rounds.hold(0, () => rewind(ports, queue, last)),

    async close() {
      await rounds.drain();
      await refusals.settled();
    },
  };

  async function openDelivery(
    queue: QueueId,
    { added, segment, lease, deliveries }: SealedDelivery,
  ): Promise<Delivery> {
    const { index, leaseId, fetchedAt, leaseUntil } = lease;
    try {
      const value = await open(queue, segment, added, 'value');
      return { value, index, leaseId, fetchedAt, leaseUntil, deliveries };
    } catch (error) {
      throw namingTask(error, lease);
    }
  }

  function encodeOutcome(request: AckRequest): Record<string, Buffer> {
    const fields: Record<string, Buffer> = {};
    for (const [name, value] of Object.entries(outcomeOf(request))) {
      fields[name] = values.encode(value, name);
    }
    return fields;
  }
}

/** A task that cannot be opened stays with its worker, who may ack it with an error: so name it. */
function namingTask(error: unknown, { index, leaseId }: Lease): unknown {
  if (error instanceof KeyUnavailable) {
    return new KeyUnavailable(error.message, { ...error.data, index, leaseId }, error);
  }
  if (error instanceof PayloadUnreadable) {
    return new PayloadUnreadable(error.message, { ...error.data, index, leaseId }, error);
  }
  return error;
}

function outcomeOf({ result, error }: AckRequest): { result?: unknown; error?: unknown } {
  return {
    ...(result === undefined ? {} : { result }),
    ...(error === undefined ? {} : { error }),
  };
}
