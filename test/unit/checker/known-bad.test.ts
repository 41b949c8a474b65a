import type { FindingType } from '../../support/checker';
import { FINDINGS } from '../../support/checker';
import type { Run } from './run';
import { drained, run } from './run';

/** Histories that are each wrong in one way, named after it, and what the checker has to say of each. */
const KNOWN_BAD: Readonly<Record<string, readonly [Run, ...FindingType[]]>> = {
  'nothing was added': [drained(run()), 'empty history'],
  'no add was confirmed': [
    drained(run().add(1, { outcome: 'unknown', type: 'TimedOut', logged: false })),
    'empty history',
  ],
  'a client was killed before it wrote its last line': [
    drained(run().whole(1)).killed(),
    ...(['unfinished history', 'unfinished history'] as const),
  ],
  'nothing was drained': [run().whole(1).projection(), 'no drain'],
  'the drain kept what was in Redis': [
    run().whole(1).drain({ redis: 'kept' }).projection(),
    'no drain',
  ],
  'the drain used a service that had seen the run': [
    run().whole(1).drain({ service: 'used' }).projection(),
    'no drain',
  ],
  'the drain took longer than it may': [
    run().whole(1).drain({ end: 60_000_000 }).projection(),
    'drained late',
  ],
  'a declared fault did not fire': [
    drained(run().fault('declared').whole(1).fault('healed')),
    'fault did not fire',
  ],
  'a planned kind of fault was never declared': [
    drained(run().plan('kill').whole(1)),
    'fault did not fire',
  ],
  'a fault was never healed': [
    drained(run().fault('declared').fault('fired').whole(1)),
    'fault did not heal',
  ],
  'a confirmed add is not in the log': [drained(run().whole(1).add(2, { logged: false })), 'lost'],
  'a confirmed add is in the log and was not drained': [
    run().whole(1).add(2).drain().projection({ waiting: 1 }),
    ...(['lost', 'left unacked'] as const),
  ],
  'a confirmed add lies in a closed segment': [
    drained(run().whole(1).add(2).segmentClosed(1, 8)),
    'lost',
  ],
  'a task was delivered, and never acked nor delivered again': [
    run().add(1).fetch(1, 'w1').drain().projection({ leased: 1 }),
    'left unacked',
  ],
  'an ack of unknown outcome did not happen, and the drain left the task': [
    run()
      .add(1)
      .fetch(1, 'w1')
      .ack(1, 'w1', { outcome: 'unknown', type: 'TimedOut' })
      .drain()
      .projection({ leased: 1 }),
    'left unacked',
  ],
  'a delivered task lies unacked in a closed segment': [
    run()
      .add(1)
      .fetch(1, 'w1')
      .ack(1, 'w1', { outcome: 'unknown', type: 'TimedOut' })
      .segmentClosed(1, 8)
      .drain()
      .projection({ leased: 1 }),
    'left unacked',
  ],
  'a value was delivered that nobody added': [
    drained(run().whole(1).row({ index: 99, type: 'Added' }).fetch(8, 'w1').ack(8, 'w1')),
    'never added',
  ],
  'a task was delivered whose add was refused': [
    drained(
      run().whole(1).add(2, { outcome: 'refused', type: 'Rebuilding' }).fetch(2, 'w1').ack(2, 'w1'),
    ),
    'refused, yet delivered',
  ],
  'one value was added by two calls': [
    drained(run().whole(1).add(1, { by: 'b', logged: false })),
    'added twice',
  ],
  'two values were delivered from one index': [
    drained(
      run()
        .add(1)
        .add(2, { index: 1, logged: false })
        .fetch(1, 'w1')
        .fetchAgain(2, 'w1', { lease: '1.1.2' })
        .ack(1, 'w1')
        .ack(2, 'w1', { lease: '1.1.2', outcome: 'unknown', type: 'TimedOut' }),
    ),
    'two tasks at one index',
  ],
  'one value was delivered from two indices': [
    drained(
      run()
        .whole(1)
        .row({ index: 2, type: 'Added' })
        .add(1.5, { index: 2, logged: false, outcome: 'unknown', type: 'TimedOut' })
        .fetch(1.5, 'w2', { task: 1, crc: 7, start: 1 })
        .ack(1.5, 'w2', { task: 1, outcome: 'confirmed' }),
    ),
    'task at two indices',
  ],
  'an acked task was delivered again': [
    drained(run().whole(1).fetchAgain(1, 'w1')),
    'came back after its ack',
  ],
  'an acked task was delivered by another lease to another worker': [
    drained(run().whole(1).fetch(1, 'w2').ack(1, 'w2', { outcome: 'unknown', type: 'TimedOut' })),
    'came back after its ack',
  ],
  'a delivery is not in the log': [
    drained(run().add(1).fetch(1, 'w1', { logged: false, lease: '1.1.9' }).ack(1, 'w1')),
    'delivery not in the log',
  ],
  'a delivery is in the log for another worker': [
    drained(run().add(1).fetch(1, 'w1').fetchAgain(1, 'w2').ack(1, 'w1')),
    'delivery not in the log',
  ],
  'a delivery is of a task that the log has nothing of': [
    drained(
      run()
        .whole(1)
        .add(2, { logged: false })
        .fetch(2, 'w1', { logged: false })
        .ack(2, 'w1', { outcome: 'unknown', type: 'TimedOut' }),
    ),
    'delivery not in the log',
  ],
  'a confirmed ack is not in the log': [
    run().add(1).fetch(1, 'w1').ack(1, 'w1', { logged: false }).drain().projection({ leased: 1 }),
    ...(['left unacked', 'ack not in the log'] as const),
  ],
  'a confirmed ack is of an index that the log has nothing of': [
    drained(run().whole(1).ack(1, 'w1', { lease: '7.1.1', logged: false })),
    'ack not in the log',
  ],
  'the log acked another lease than the one that was confirmed': [
    drained(
      run()
        .add(1)
        .fetch(1, 'w1')
        .row({ index: 1, type: 'Acked', lease: '1.1.9' })
        .ack(1, 'w1', { logged: false }),
    ),
    'ack not in the log',
  ],
  'a task was leased that was never added in the log': [
    drained(run().add(1, { logged: false }).fetch(1, 'w1').ack(1, 'w1')),
    'logged without Added',
  ],
  'a worker was given another task while it held one': [
    drained(run().add(1).add(2).fetch(1, 'w1').fetch(2, 'w1').ack(1, 'w1').ack(2, 'w1')),
    'another task before the end of its lease',
  ],
  'a worker was given another task after its ack was refused': [
    drained(
      run()
        .add(1)
        .add(2)
        .fetch(1, 'w1')
        .ack(1, 'w1', { outcome: 'refused', type: 'Rebuilding' })
        .fetch(2, 'w1')
        .ack(2, 'w1')
        .ack(1, 'w1'),
    ),
    'another task before the end of its lease',
  ],
  'a task was given to another while its lease ran': [
    drained(run().add(1).fetch(1, 'w1').passes(1000).recovered(1).fetch(1, 'w2').ack(1, 'w2')),
    'two live leases',
  ],
  'a task was given to another in a fault window, but without a rebuild': [
    drained(
      run()
        .add(1)
        .fault('declared')
        .fault('fired')
        .fetch(1, 'w1')
        .passes(1000)
        .recovered(1)
        .fetch(1, 'w2')
        .ack(1, 'w2')
        .fault('healed'),
    ),
    'two live leases',
  ],
  'a task was given to another by a rebuild after the fault window': [
    drained(
      run()
        .add(1)
        .fetch(1, 'w1')
        .fault('declared')
        .fault('fired')
        .passes(1000)
        .fault('healed')
        .passes(1000)
        .rebuilt()
        .recovered(1)
        .fetch(1, 'w2')
        .ack(1, 'w2'),
    ),
    'two live leases',
  ],
  'a task was given to another in the window of a fault that did not fire': [
    drained(
      run()
        .add(1)
        .fetch(1, 'w1')
        .fault('declared')
        .passes(1000)
        .rebuilt()
        .recovered(1)
        .fetch(1, 'w2')
        .ack(1, 'w2')
        .fault('healed'),
    ),
    ...(['fault did not fire', 'two live leases'] as const),
  ],
  'an ack of the lease before was taken': [
    drained(
      run()
        .add(1)
        .fetch(1, 'w1', { ttr: 100 })
        .passes(1000)
        .recovered(1)
        .fetch(1, 'w2')
        .ack(1, 'w1', { lease: '1.1.2' }),
    ),
    'stale lease accepted',
  ],
  'an ack was taken twice': [drained(run().whole(1).ack(1, 'w1')), 'stale lease accepted'],
  'the ack of a live lease was answered false': [
    drained(
      run()
        .add(1)
        .fetch(1, 'w1')
        .ack(1, 'w1', { outcome: 'refused', type: 'false' })
        .fetchAgain(1, 'w1')
        .ack(1, 'w1'),
    ),
    'live lease refused',
  ],
  'other bytes were delivered': [
    drained(run().add(1).fetch(1, 'w1', { crc: 8 }).ack(1, 'w1')),
    'wrong bytes',
  ],
  'a task of another owner was delivered': [
    drained(run().add(1, { queue: 'other/s' }).fetch(1, 'w1').ack(1, 'w1')),
    'wrong owner',
  ],
  'an add was answered by an internal error': [
    drained(run().whole(1).add(2, { outcome: 'unknown', type: 'InternalError', logged: false })),
    'unexpected answer',
  ],
  'a fetch was answered that its payload cannot be read': [
    drained(
      run()
        .whole(1)
        .fetch(1, 'w1', { outcome: 'refused', type: 'PayloadUnreadable', logged: false }),
    ),
    'unexpected answer',
  ],
  'verify finds a difference': [
    run().whole(1).drain().projection({ differences: 1 }),
    'projection differs',
  ],
  'the projection says that a task waits which the log says is acked': [
    run().whole(1).drain().projection({ waiting: 1 }),
    'projection differs',
  ],
  'the projection does not know of a task that waits': [
    run().whole(1).row({ index: 2, type: 'Added' }).drain().projection(),
    ...(['left unacked', 'projection differs'] as const),
  ],
};

describe('a run in which', () => {
  test.each(Object.entries(KNOWN_BAD))('%s', async (_, [told, ...expected]) => {
    const { findings } = await told.judged();
    expect(findings.map(({ type }) => type)).toEqual(expected);
  });
});

test('each kind of finding has a run that shows it, and there are thirty runs at the least', () => {
  const shown = new Set(Object.values(KNOWN_BAD).flatMap(([, ...expected]) => expected));
  expect([...shown].sort()).toEqual([...FINDINGS].sort());
  expect(Object.keys(KNOWN_BAD).length).toBeGreaterThanOrEqual(30);
});

test('a finding names the task, the processes and their lines', async () => {
  const told = run().whole(1).add(2).fetch(2, 'w1').ack(2, 'w1', { by: 'b' });
  const { findings } = await drained(told.fetchAgain(2, 'w1', { by: 'c' })).judged();
  expect(findings).toMatchObject([
    {
      ...{ type: 'came back after its ack', task: 2 },
      places: [
        { file: 'b', line: 1 },
        { file: 'c', line: 1 },
      ],
    },
  ]);
});
