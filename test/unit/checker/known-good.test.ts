import type { Run } from './run';
import { drained, run } from './run';

const unknown = { outcome: 'unknown', type: 'TimedOut' } as const;
const refused = { outcome: 'refused', type: 'false' } as const;

/** Histories that keep every promise, though much of it may look odd. */
const KNOWN_GOOD: Readonly<Record<string, Run>> = {
  'one task goes its way': run().whole(1),
  'several clients and workers': run()
    .add(1)
    .add(2, { by: 'b' })
    .fetch(1, 'w1', { by: 'b' })
    .fetch(2, 'w2')
    .ack(2, 'w2')
    .ack(1, 'w1'),
  'a worker fetches again and has the same task': run()
    .add(1)
    .fetch(1, 'w1')
    .fetchAgain(1, 'w1')
    .ack(1, 'w1'),
  'an add of unknown outcome did not happen': run()
    .whole(1)
    .add(2, { ...unknown, logged: false }),
  'an add of unknown outcome did happen': run()
    .add(1)
    .add(2, unknown)
    .fetch(1, 'w1')
    .fetch(2, 'w2')
    .ack(1, 'w1')
    .ack(2, 'w2'),
  'an add of unknown outcome lies under a gap of a closed segment': run()
    .whole(1)
    .add(2, unknown)
    .segmentClosed(1, 8),
  'an ack of unknown outcome did happen': run()
    .add(1)
    .fetch(1, 'w1')
    .ack(1, 'w1', { ...unknown, logged: true }),
  'an ack of unknown outcome did not happen, and was repeated': run()
    .add(1)
    .fetch(1, 'w1')
    .ack(1, 'w1', unknown)
    .fetchAgain(1, 'w1')
    .ack(1, 'w1'),
  'an ack of unknown outcome did happen, and its repeat is refused': run()
    .add(1)
    .fetch(1, 'w1')
    .ack(1, 'w1', { ...unknown, logged: true })
    .ack(1, 'w1', refused),
  'a fetch that began before the ack was confirmed': run()
    .whole(1)
    .fetchAgain(1, 'w1', { start: 25 }),
  'a lease runs out and another worker has the task': run()
    .add(1)
    .fetch(1, 'w1', { ttr: 100 })
    .passes(101)
    .recovered(1)
    .fetch(1, 'w2')
    .ack(1, 'w2'),
  'an ack of a lease that ran out, of a task that nobody else has': run()
    .add(1)
    .fetch(1, 'w1', { ttr: 100 })
    .passes(101)
    .ack(1, 'w1'),
  'a stale lease is refused': run()
    .add(1)
    .fetch(1, 'w1', { ttr: 100 })
    .passes(101)
    .recovered(1)
    .fetch(1, 'w2')
    .ack(1, 'w1', { ...refused, lease: '1.1.2' })
    .ack(1, 'w2'),
  'a rebuild in a fault window takes a live lease over': run()
    .plan('kill')
    .add(1)
    .fetch(1, 'w1')
    .fault('declared')
    .fault('fired')
    .passes(1000)
    .rebuilt()
    .recovered(1)
    .fetch(1, 'w2')
    .fault('healed')
    .ack(1, 'w2'),
  'a lease is logged again in a new epoch': run()
    .add(1)
    .fetch(1, 'w1')
    .rebuilt()
    .row({
      index: 1,
      type: 'Fetched',
      lease: '1.1.2',
      worker: 'w1',
      at: 1_000_000,
      until: 1_060_000,
    })
    .fetchAgain(1, 'w1')
    .ack(1, 'w1'),
  'a worker whose lease ran out is given another task': run()
    .add(1)
    .add(2)
    .fetch(1, 'w1', { ttr: 100 })
    .passes(101)
    .fetch(2, 'w1')
    .ack(2, 'w1')
    .ack(1, 'w1'),
  'a late ack of the lease before ends the one that was given meanwhile': run()
    .add(1)
    .add(2)
    .fetch(1, 'w1', { ttr: 100 })
    .passes(101)
    .recovered(1)
    .fetch(1, 'w2')
    .ack(1, 'w1', { lease: '1.1.3', start: 101_025 })
    .ack(1, 'w2', refused)
    .fetch(2, 'w2')
    .ack(2, 'w2'),
  'a call is refused while a state is rebuilt': run()
    .whole(1)
    .add(2, { outcome: 'refused', type: 'Rebuilding', logged: false }),
};

describe('a run is accepted in which', () => {
  test.each(Object.entries(KNOWN_GOOD))('%s', async (_, told) => {
    expect((await drained(told).judged()).findings).toEqual([]);
  });
});

test('totals are counted', async () => {
  const told = run().plan('kill').fault('declared').fault('fired').fault('healed').whole(1);
  told.add(2, unknown).fetch(2, 'w2', { ttr: 100 }).passes(101).fetch(2, 'w1');
  const { totals } = await drained(told.ack(2, 'w1')).judged();
  expect(totals).toEqual({
    ...{ adds: 1, addsUnknown: 1, acks: 2, acksUnknown: 0, deliveries: 3, duplicates: 1 },
    ...{ faults: { kill: 1 }, tasksInLog: 2 },
  });
});
