import type { Confirmation, Log, Projection } from '../../src/domain';
import { over } from '../support/over';
import type { Sabotage } from './world';

const onLog = (methods: (log: Log) => Partial<Log>): Sabotage => ({
  wrap: (ports) => ({ ...ports, log: over<Log>(ports.log, methods(ports.log)) }),
});
const onProjection = (methods: (projection: Projection) => Partial<Projection>): Sabotage => ({
  wrap: (ports) => ({
    ...ports,
    projection: over<Projection>(ports.projection, methods(ports.projection)),
  }),
});

/** An append of nothing but such events is confirmed at once, whatever comes of it. */
const confirmingEarly = (type: 'Added' | 'Acked'): Sabotage =>
  onLog((log) => ({
    append: (queue, epoch, batches) => {
      const appending = log.append(queue, epoch, batches);
      if (!batches.flat().every(({ event }) => event.type === type)) return appending;
      appending.catch(() => undefined);
      return Promise.resolve(batches.map((): Confirmation => ({ type: 'confirmed' })));
    },
  }));

/** Bugs as somebody might make them, each planted by wrapping a port: the simulation has to find them. */
export const SABOTAGES: Readonly<Record<string, Sabotage>> = {
  'an add is confirmed before its append': confirmingEarly('Added'),

  'an ack is confirmed before its append': confirmingEarly('Acked'),

  'what was appended counts in an epoch that is over': onLog((log) => ({
    append: async (queue, epoch, batches) =>
      (await log.append(queue, epoch, batches)).map((answer) =>
        answer.type === 'moved' ? { type: 'confirmed' } : answer,
      ),
  })),

  'a claim of a segment counts before it is made': onLog((log) => ({
    claimSegment: (queue, read) => {
      log.claimSegment(queue, read).catch(() => undefined);
      return log.head(queue).then((head) => {
        if (!head) throw new Error('a segment of no queue was claimed');
        return { applied: true, head: { ...head, claimedTo: read.claimedTo + head.segmentSize } };
      });
    },
  })),

  'another server is not noticed': { withoutFence: true },

  'a value is handed out although its lease is over': {
    wrap: (ports) => ({ ...ports, monotonic: () => 0 }),
  },

  'an ack of whichever lease ends what the worker holds': onProjection((projection) => ({
    round: (queue, epoch, operations) =>
      projection.round(
        queue,
        epoch,
        operations.map((operation) =>
          operation.do === 'holding' ? { ...operation, leaseId: null } : operation,
        ) as unknown as typeof operations,
      ),
  })),
};
