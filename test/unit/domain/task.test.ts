import fc from 'fast-check';
import type { EventRow } from '../../../src/domain';
import { evolve, foldTask } from '../../../src/domain';
import { rewound, task } from '../../support/history';

const statusOf = (rows: readonly EventRow[], rewinds = [] as ReturnType<typeof rewound>[]) =>
  foldTask(rows, rewinds).status;

describe('the state of a task', () => {
  test('nothing in the log: absent', () => {
    expect(statusOf([])).toBe('absent');
  });

  test('Added: waiting, never delivered', () => {
    expect(foldTask(task().added().rows, [])).toEqual({
      status: 'waiting',
      deliveries: 0,
      returned: false,
    });
  });

  test('Fetched: leased to its worker under its lease, with its times', () => {
    const state = foldTask(task(7).added().fetched('w1', { at: 100, ttr: 50 }).rows, []);
    expect(state).toEqual({
      status: 'leased',
      deliveries: 1,
      lease: {
        index: 7,
        leaseId: '7.1.2',
        workerId: 'w1',
        fetchedAt: 100,
        leaseUntil: 150,
        epoch: 1,
        version: 2,
      },
    });
  });

  test('Recovered of the present lease: waiting, and the delivery still counts', () => {
    const state = foldTask(task().added().fetched('w1').recovered().rows, []);
    expect(state).toEqual({ status: 'waiting', deliveries: 1, returned: true });
  });

  test('Recovered of an older lease changes nothing', () => {
    const history = task().added().fetched('w1');
    const first = history.lastLease();
    const state = foldTask(history.recovered().fetched('w2').recovered(first).rows, []);
    expect(state).toMatchObject({ status: 'leased', deliveries: 2, lease: { workerId: 'w2' } });
  });

  test('a lease logged again in a newer epoch is one delivery, known from the newer epoch', () => {
    const history = task().added().fetched('w1', { at: 5 });
    const lease = history.lastLease();
    const state = foldTask(history.inEpoch(2).fetched('w1', { at: 5, lease }).rows, []);
    expect(state).toMatchObject({
      deliveries: 1,
      lease: { leaseId: lease, epoch: 2, fetchedAt: 5 },
    });
  });

  test('Added again changes nothing', () => {
    const history = task().added().fetched('w1').added();
    expect(foldTask(history.rows, [])).toMatchObject({ status: 'leased', deliveries: 1 });
  });

  test('another lease is another delivery, with or without a Recovered between', () => {
    const state = foldTask(task().added().fetched('w1').fetched('w2').rows, []);
    expect(state).toMatchObject({ deliveries: 2, lease: { workerId: 'w2' } });
  });

  test('Acked is final: what comes after it is ignored', () => {
    const history = task().added().fetched('w1').acked('w1');
    expect(statusOf(history.rows)).toBe('acked');
    expect(statusOf(history.fetched('w2').recovered().rows)).toBe('acked');
  });

  test('events of a task that was never added are ignored', () => {
    expect(statusOf(task().fetched('w1').acked('w1').rows)).toBe('absent');
  });
});

describe('a rewind', () => {
  const acked = () => task(5).added().fetched('w1').acked('w1');

  test('above last: the ack is annulled, the task waits', () => {
    expect(statusOf(acked().rows, [rewound(2, 4)])).toBe('waiting');
  });

  test('at or below last: the ack stays', () => {
    expect(statusOf(acked().rows, [rewound(2, 5)])).toBe('acked');
  });

  test('at or below last: the ack stays, whatever comes in a later epoch', () => {
    const history = acked().inEpoch(3).fetched('w2').recovered();
    expect(statusOf(history.rows, [rewound(2, 5)])).toBe('acked');
    expect(statusOf(history.rows, [rewound(2, 4)])).toBe('waiting');
  });

  test('each of several is applied in its turn', () => {
    const history = acked().inEpoch(3).fetched('w2').acked('w2').inEpoch(5);
    const rewinds = [rewound(2, 4), rewound(3, 9), rewound(4, 4)];
    expect(foldTask(history.rows, rewinds)).toEqual({
      status: 'waiting',
      deliveries: 2,
      returned: false,
    });
    expect(foldTask(history.rows, rewinds.slice(0, 2))).toEqual({ status: 'acked', deliveries: 2 });
  });

  test('over a task that is not there leaves it absent', () => {
    expect(statusOf([], [rewound(2, 0)])).toBe('absent');
    expect(statusOf(task(5).fetched('w1').rows, [rewound(2, 0)])).toBe('absent');
  });

  test('an ack of the rewind’s own epoch or later stays', () => {
    expect(statusOf(acked().inEpoch(2).fetched('w1').acked('w1').rows, [rewound(2, 0)])).toBe(
      'acked',
    );
  });

  test('a live lease stays', () => {
    expect(foldTask(task(5).added().fetched('w1').rows, [rewound(2, 0)])).toMatchObject({
      status: 'leased',
      lease: { workerId: 'w1' },
    });
  });

  test('an annulled ack has still ended the lease before it', () => {
    const state = foldTask(acked().rows, [rewound(2, 0)]);
    expect(state).toEqual({ status: 'waiting', deliveries: 1, returned: false });
  });

  test('over a task that was taken back: it is met again from below', () => {
    const { rows } = task(5).added().fetched('w1').recovered();
    expect(foldTask(rows, [rewound(2, 4)])).toMatchObject({ status: 'waiting', returned: false });
    expect(foldTask(rows, [rewound(2, 5)])).toMatchObject({ status: 'waiting', returned: true });
  });

  test('a Fetched that raced with the ack does not come back as a lease', () => {
    // w2 took the lease over while w1's ack was on its way: the ack is before it in the log.
    const raced = acked().fetched('w2');
    expect(statusOf(raced.rows, [rewound(2, 0)])).toBe('waiting');
  });

  test('a lease taken between two rewinds survives the second', () => {
    const history = acked().inEpoch(2).fetched('w2').inEpoch(3);
    expect(foldTask(history.rows, [rewound(2, 3), rewound(3, 2)])).toMatchObject({
      status: 'leased',
      lease: { workerId: 'w2' },
    });
    // Without the older entry, which the newer one covers, that lease would be lost: see ADR 6.
    expect(statusOf(history.rows, [rewound(3, 2)])).toBe('waiting');
  });
});

describe('properties', () => {
  const events = fc.array(
    fc.oneof(
      fc.record({ kind: fc.constant('fetched' as const), worker: fc.constantFrom('w1', 'w2') }),
      fc.record({ kind: fc.constant('recovered' as const) }),
      fc.record({ kind: fc.constant('epoch' as const) }),
      fc.record({ kind: fc.constant('acked' as const), worker: fc.constantFrom('w1', 'w2') }),
    ),
    { maxLength: 20 },
  );
  type Step = typeof events extends fc.Arbitrary<infer A> ? A : never;

  const build = (steps: Step): EventRow[] => {
    const history = task(3).added();
    let epoch = 1;
    let leased = false;
    for (const step of steps) {
      if (step.kind === 'fetched') {
        history.fetched(step.worker);
        leased = true;
      } else if (step.kind === 'epoch') history.inEpoch(++epoch);
      else if (!leased) continue;
      else if (step.kind === 'recovered') history.recovered();
      else history.acked(step.worker);
    }
    return history.rows;
  };

  test('without a rewind, a task with an Acked is acked whatever else is in its log', () => {
    fc.assert(
      fc.property(events, (steps) => {
        const rows = build(steps);
        const hasAck = rows.some(({ event }) => event.type === 'Acked');
        expect(statusOf(rows) === 'acked').toBe(hasAck);
      }),
      { numRuns: 500 },
    );
  });

  test('a row that is there twice changes nothing', () => {
    fc.assert(
      fc.property(events, fc.nat(), (steps, at) => {
        const rows = build(steps);
        const twice = rows.flatMap((row, i) => (i === at % rows.length ? [row, row] : [row]));
        expect(foldTask(twice, [])).toEqual(foldTask(rows, []));
      }),
      { numRuns: 500 },
    );
  });

  test('after a rewind over everything nothing is acked, and only leases of tasks not acked remain', () => {
    fc.assert(
      fc.property(events, (steps) => {
        const rows = build(steps);
        const before = foldTask(rows, []);
        const after = foldTask(rows, [rewound(1000, 0)]);
        expect(after.status).toBe(before.status === 'acked' ? 'waiting' : before.status);
      }),
      { numRuns: 500 },
    );
  });

  test('the fold is evolve, row by row', () => {
    fc.assert(
      fc.property(events, (steps) => {
        const rows = build(steps);
        expect(rows.reduce<ReturnType<typeof evolve>>(evolve, { status: 'absent' })).toEqual(
          foldTask(rows, []),
        );
      }),
    );
  });
});
