import type { Difference, Epoch, Head, QueueState, Segment, SegmentRow } from '../../../src/domain';
import { compareQueue, DIFFERENCES_MAX, foldQueue, RangeSet } from '../../../src/domain';
import type { TaskHistory } from '../../support/history';
import { rewound, task } from '../../support/history';

const SIZE = 4;
const head = (more: Partial<Head> = {}): Head => ({
  epoch: 1 as Epoch,
  raisedBy: 'me',
  claimedTo: 8,
  floor: 0,
  segmentSize: SIZE,
  rewinds: [],
  ...more,
});
const segment = (n: number, status: SegmentRow['status'] = 'open', lastAdded = 0): SegmentRow => ({
  segment: n as Segment,
  status,
  closedAt: null,
  lastAdded,
});
const OPEN = [segment(1), segment(2)];

/** 1 acked, 2 with w2, 3 given back, 4 waiting; 5 is under way, 6 and up are not reserved. */
const histories = (): TaskHistory[] => [
  task(1).added().fetched('w1').acked('w1'),
  task(2).inEpoch(1, 10).added().fetched('w2', { at: 5 }),
  task(3).inEpoch(1, 20).added().fetched('w3').recovered(),
  task(4).inEpoch(1, 30).added(),
];
/** A projection that holds just what the log says. */
const liveOf = (rows: TaskHistory[], more: Partial<QueueState> = {}): QueueState => {
  const fold = foldQueue(head(), OPEN, 8, 1000);
  fold.take(rows.flatMap((history) => history.rows));
  const pending = [{ from: 5, to: 5, since: 0 }];
  return { ...fold.state(), allocated: 5, version: 99, pending, ...more };
};
const compared = (
  live: QueueState | null,
  { rows = histories(), h = head(), segments = OPEN, again = undefined as Again | undefined } = {},
) => {
  const comparison = compareQueue(h, segments, live, again ?? null);
  comparison.take(rows.flatMap((history) => history.rows));
  return comparison.end();
};
type Again = NonNullable<Parameters<typeof compareQueue>[3]>;
const texts = (differences: readonly Difference[]): string[] =>
  differences.map(({ subject, from, to, log, projection, benign }) =>
    [
      subject,
      from === to ? from : `${String(from)}-${String(to)}`,
      log,
      projection,
      benign ?? 'harmful',
    ]
      .map(String)
      .join(' | '),
  );
const found = (...args: Parameters<typeof compared>): string[] =>
  texts(compared(...args).differences);

const LEASE = 'leased to "w2" until 1970-01-01T00:00:01.005Z (2.1.12)';

describe('a projection that holds what the log says', () => {
  test('differs in nothing', () => {
    expect(compared(liveOf(histories()))).toMatchObject({ count: 0, tasks: 4, needsAll: false });
  });

  test('may hold tasks as returned ones or above FETCHED: a worker gets the same', () => {
    const rows = [task(1).added(), task(2).added()];
    const state = {
      published: 2,
      fetched: 0,
      returned: [],
      pending: [{ from: 3, to: 5, since: 0 }],
    };
    expect(found(liveOf(rows, state), { rows })).toEqual([]);
    const returned = { ...state, fetched: 2, returned: [{ from: 1, to: 2 }] };
    expect(found(liveOf(rows, returned), { rows })).toEqual([]);
  });

  test('need not hold the older of two leases of one worker', () => {
    const rows = [task(1).added().fetched('w1'), task(2).inEpoch(1, 10).added().fetched('w1')];
    const live = liveOf(rows, { pending: [{ from: 3, to: 5, since: 0 }] });
    expect(live.leases).toHaveLength(1);
    expect(found(live, { rows })).toEqual([]);
  });
});

describe('what was seen', () => {
  test('is the highest of what was read', () => {
    expect(compared(liveOf(histories()))).toMatchObject({
      seen: { added: 4, fetched: 3, version: 31, at: 5, tokens: false },
      harmful: 0,
    });
  });

  test('has only versions of the epoch of the projection', () => {
    const rows = [...histories(), task(5).inEpoch(3, 400).added({ at: 7 })];
    const live = { ...liveOf(histories()), epoch: 2 as Epoch };
    const { seen } = compared(live, { rows, h: head({ epoch: 2 as Epoch }) });
    expect(seen).toMatchObject({ version: 0, at: 7 });
  });

  test('of a comparison of the suspects is what was seen before', () => {
    const seen = { added: 2, fetched: 1, version: 5, at: 3, tokens: true };
    const again = { only: new RangeSet([{ from: 3, to: 3 }]), seen };
    expect(compared(liveOf(histories(), { tokens: true }), { again }).seen).toEqual(seen);
  });

  test('is no token of a task whose add is not confirmed', () => {
    const rows = [...histories(), task(5).inEpoch(1, 40).added({ token: true })];
    const gap = { pending: [], gaps: [{ from: 5, to: 5 }] };
    for (const change of [{}, gap]) {
      const { seen, differences } = compared(liveOf(histories(), change), { rows });
      expect(seen).toMatchObject({ tokens: false, added: 4 });
      expect(differences.map(({ subject }) => subject)).toEqual(['task']);
    }
  });

  test('is nothing where there is nothing to compare with, and nothing is read', () => {
    for (const live of [null, liveOf(histories(), { segmentSize: 8 })]) {
      const comparison = compareQueue(head(), OPEN, live);
      expect(comparison.segments).toEqual([]);
      comparison.take(histories()[0]!.rows);
      comparison.unreadable(1 as Segment);
      expect(comparison.end()).toMatchObject({
        seen: { added: 0, fetched: 0, version: 0, at: 0, tokens: false },
        count: 1,
        harmful: 1,
        needsAll: true,
        tasks: 0,
      });
    }
  });

  test('everything open is read, and nothing else', () => {
    const segments = [segment(1, 'closed', 4), segment(2), segment(3, 'dropped'), segment(4)];
    const h = head({ claimedTo: 16 });
    const live = liveOf([], { claimedTo: 16, known: [2, 4] as Segment[] });
    expect(compareQueue(h, segments, live).segments).toEqual([2, 4]);
  });
});

describe('named is', () => {
  const live = (more: Partial<QueueState>): QueueState => liveOf(histories(), more);

  test.each<[string, Partial<QueueState>, string[]]>([
    [
      'a waiting task that nobody would be given',
      { returned: [] },
      ['task | 3 | waiting | neither waiting nor leased | harmful'],
    ],
    [
      'a waiting task below FETCHED',
      { fetched: 4 },
      ['task | 4 | waiting | neither waiting nor leased | harmful'],
    ],
    [
      'a lease that is gone',
      { leases: [] },
      [`task | 2 | ${LEASE} | neither waiting nor leased | harmful`],
    ],
    [
      'a lease that is gone, whose task waits',
      { leases: [], returned: [{ from: 2, to: 3 }] },
      [`task | 2 | ${LEASE} | waiting | harmful`],
    ],
    [
      'an index without Added that is neither pending nor a gap',
      { pending: [] },
      ['task | 5 | no Added | neither waiting nor leased | harmful'],
    ],
    [
      'an index that would be given again',
      { allocated: 3, pending: [] },
      ['allocated | null | 4 was added | 3 | harmful'],
    ],
    ['an index nobody claimed', { claimedTo: 12 }, ['claimedTo | null | 8 | 12 | harmful']],
    ['INDEX', { published: 5 }, ['published | null | 4 was added | 5 | harmful']],
    [
      'INDEX, too low, and the task above it',
      { published: 3 },
      [
        'task | 4 | waiting | neither waiting nor leased | harmful',
        'published | null | 4 was added | 3 | harmful',
      ],
    ],
    [
      'more indices given than were claimed',
      { allocated: 9 },
      [
        'task | 6-8 | no Added | neither waiting nor leased | harmful',
        'allocated | null | claimed up to 8 | 9 | harmful',
      ],
    ],
    [
      'an acked task that is pending',
      {
        pending: [
          { from: 1, to: 1, since: 0 },
          { from: 5, to: 5, since: 0 },
        ],
      },
      ['task | 1 | acked | pending | harmful'],
    ],
    [
      'a leased task that is pending, or a gap',
      {
        leases: [],
        pending: [{ from: 5, to: 5, since: 0 }],
        gaps: [{ from: 2, to: 2 }],
      },
      [`task | 2 | ${LEASE} | a gap | harmful`],
    ],
    [
      'segments of another size',
      { segmentSize: 8 },
      ['state | null | epoch 1 | epoch 1, segments of 8 | harmful'],
    ],
    [
      'FETCHED where nobody rewound',
      { fetched: 2 },
      ['fetched | null | 3 was handed out | 2 | harmful'],
    ],
    [
      'a version that would be given again',
      { version: 30 },
      ['version | null | 31 | 30 | harmful'],
    ],
    ['a clock that would give leases too long', { clock: 4 }, ['clock | null | 5 | 4 | harmful']],
    [
      'an open segment that no claim would walk',
      { known: [2 as Segment] },
      ['segment | 1 | open | not known | harmful'],
    ],
    [
      'the last segment that was claimed, and nothing in it',
      { known: [1 as Segment], allocated: 7 },
      ['segment | 2 | open | not known | harmful'],
    ],
    [
      'no task above ALLOCATED, but ALLOCATED and INDEX',
      { allocated: 3, published: 3, pending: [] },
      [
        'allocated | null | 4 was added | 3 | harmful',
        'published | null | 4 was added | 3 | harmful',
      ],
    ],
    ['no clock that is level', { clock: 5 }, []],
    ['no acked task that is a gap', { gaps: [{ from: 1, to: 1 }] }, []],
    [
      'a segment that nobody claimed',
      { known: [1, 2, 3] as Segment[] },
      ['segment | 3 | not claimed | known | harmful'],
    ],
    [
      'another epoch',
      { epoch: 2 as Epoch },
      ['state | null | epoch 1 | epoch 2, segments of 4 | harmful'],
    ],
  ])('%s', (_, change, expected) => {
    expect(found(live(change))).toEqual(expected);
  });

  test('that there is nothing', () => {
    expect(found(null)).toEqual(['state | null | epoch 1 | nothing that can be used | harmful']);
  });

  test('a token that an ack would not look for', () => {
    const rows = [...histories().slice(0, 3), task(4).inEpoch(1, 30).added({ token: true })];
    expect(found(liveOf(rows, { tokens: false }), { rows })).toEqual([
      'tokens | null | a task carries one | none does | harmful',
    ]);
  });

  test('another lease than that of the log', () => {
    const [lease] = live({}).leases;
    for (const change of [
      { workerId: 'w9' as never },
      { leaseUntil: 1 },
      { fetchedAt: 4 },
      { leaseId: '2.1.3' as never },
    ]) {
      const [difference] = compared(live({ leases: [{ ...lease!, ...change }] })).differences;
      expect(difference).toMatchObject({ subject: 'task', from: 2, log: LEASE, benign: null });
    }
  });

  test('what is pending in a segment that is closed', () => {
    const segments = [segment(1), segment(2, 'closed', 4)];
    expect(found(live({}), { segments })).toEqual([
      'task | 5 | in a closed segment | pending | harmful',
    ]);
  });

  test('each index without Added by what the projection says of it, cut where that changes', () => {
    const lease = live({}).leases[0]!;
    const more: Partial<QueueState> = {
      allocated: 16,
      claimedTo: 16,
      known: [1, 2, 3, 4] as Segment[],
      leases: [lease, { ...lease, index: 7 as never }],
      returned: [
        { from: 3, to: 3 },
        { from: 9, to: 10 },
      ],
      pending: [
        { from: 5, to: 5, since: 0 },
        { from: 11, to: 11, since: 0 },
      ],
      gaps: [{ from: 6, to: 6 }],
      fetched: 12,
      published: 14,
    };
    const claimed = {
      h: head({ claimedTo: 16 }),
      segments: [1, 2, 3, 4].map((n) => segment(n)),
    };
    const nowhere = 'neither waiting nor leased';
    const expected = [
      `task | 4 | waiting | ${nowhere} | harmful`,
      `task | 7 | no Added | ${LEASE} | harmful`,
      `task | 8 | no Added | ${nowhere} | harmful`,
      'task | 9-10 | no Added | waiting | harmful',
      `task | 12 | no Added | ${nowhere} | harmful`,
      'task | 13-14 | no Added | waiting | harmful',
      `task | 15-16 | no Added | ${nowhere} | harmful`,
      'published | null | 4 was added | 14 | harmful',
    ];
    expect(found(live(more), claimed)).toEqual(expected);
    const again = {
      only: new RangeSet([
        { from: 8, to: 9 },
        { from: 14, to: 20 },
      ]),
      seen: { added: 4, fetched: 3, version: 31, at: 5, tokens: false },
    };
    expect(found(live(more), { ...claimed, again })).toEqual([
      `task | 8 | no Added | ${nowhere} | harmful`,
      'task | 9 | no Added | waiting | harmful',
      'task | 14 | no Added | waiting | harmful',
      `task | 15-16 | no Added | ${nowhere} | harmful`,
    ]);
    expect(compared(live(more), claimed).suspects.toArray()).toEqual([
      { from: 4, to: 4 },
      { from: 7, to: 10 },
      { from: 12, to: 16 },
    ]);
  });

  test('what is held of closed segments, and of no open one', () => {
    const lease = live({}).leases[0]!;
    const h = head({ claimedTo: 16 });
    const segments = [segment(1), segment(2, 'closed', 8), segment(3, 'dropped'), segment(4)];
    const more: Partial<QueueState> = {
      allocated: 16,
      published: 8,
      claimedTo: 16,
      known: [1, 4] as Segment[],
      leases: [lease, { ...lease, index: 6 as never }],
      returned: [
        { from: 3, to: 3 },
        { from: 7, to: 9 },
      ],
      pending: [{ from: 10, to: 16, since: 0 }],
      fetched: 8,
    };
    const rows = [
      ...histories().slice(0, 3),
      task(4).inEpoch(1, 30).added().fetched('w').acked('w'),
    ];
    const acked = 'it is acked: the next decision on it sees that in the log';
    const ended = 'in a closed segment';
    expect(found(live(more), { rows, h, segments })).toEqual([
      `task | 6 | ${ended} | ${LEASE} | ${acked}`,
      `task | 7-8 | ${ended} | waiting | ${acked}`,
      `task | 9 | ${ended} | waiting | ${acked}`,
      `task | 10-12 | ${ended} | pending | harmful`,
    ]);
    const again = {
      only: new RangeSet([{ from: 8, to: 11 }]),
      seen: { added: 4, fetched: 3, version: 31, at: 5, tokens: false },
    };
    expect(found(live(more), { rows, h, segments, again })).toEqual([
      `task | 8 | ${ended} | waiting | ${acked}`,
      `task | 9 | ${ended} | waiting | ${acked}`,
      `task | 10-11 | ${ended} | pending | harmful`,
    ]);
  });

  test('INDEX and ALLOCATED below what was added in a segment that is closed', () => {
    const segments = [segment(1, 'closed', 3), segment(2)];
    const state = { known: [2 as Segment], leases: [], returned: [], pending: [], fetched: 3 };
    const behind = live({ ...state, allocated: 2, published: 2 });
    expect(found(behind, { rows: [], segments })).toEqual([
      'allocated | null | 3 was added | 2 | harmful',
      'published | null | 3 was added | 2 | harmful',
    ]);
    const level = live({ ...state, allocated: 3, published: 3 });
    expect(found(level, { rows: [], segments })).toEqual([]);
  });

  test('no open segment above what the projection knows to be claimed', () => {
    const h = head({ claimedTo: 12 });
    expect(found(live({}), { h, segments: [...OPEN, segment(3)] })).toEqual([]);
  });

  test('no task of a segment that the projection does not know, but the segment', () => {
    const state = live({ known: [2 as Segment], leases: [], returned: [], fetched: 3 });
    expect(found(state)).toEqual(['segment | 1 | open | not known | harmful']);
  });

  test('no FETCHED that a rewind set back', () => {
    const rows = [task(1).added(), task(2).added().fetched('w').recovered()];
    const h = head({ epoch: 1 as Epoch, rewinds: [rewound(1, 0)] });
    const pending = [{ from: 3, to: 5, since: 0 }];
    const live = liveOf(rows, { pending, published: 2, fetched: 0, returned: [] });
    expect(found(live, { rows, h })).toEqual([]);
    expect(found(live, { rows })).toEqual(['fetched | null | 2 was handed out | 0 | harmful']);
  });

  test('INDEX too high only where everything was read', () => {
    const high = live({ published: 5 });
    expect(compared(high)).toMatchObject({ count: 1, needsAll: true });
    const seen = { added: 4, fetched: 3, version: 31, at: 5, tokens: false };
    const only = new RangeSet([{ from: 1, to: 4 }]);
    expect(compared(high, { again: { only, seen } })).toMatchObject({ count: 0, needsAll: false });
  });

  test('no more than can be read, but all are counted', () => {
    const h = head({ segmentSize: 2 * DIFFERENCES_MAX, claimedTo: 2 * DIFFERENCES_MAX });
    const rows = Array.from({ length: DIFFERENCES_MAX + 5 }, (_, i) => task(i + 1).added());
    const all = live({
      ...h,
      allocated: DIFFERENCES_MAX + 5,
      known: [1 as Segment],
      fetched: DIFFERENCES_MAX + 5,
    });
    const { differences, count, suspects } = compared(
      { ...all, published: DIFFERENCES_MAX + 5, leases: [], returned: [], pending: [] },
      { rows, h, segments: [segment(1)] },
    );
    expect([differences.length, count, suspects.size]).toEqual([
      DIFFERENCES_MAX,
      DIFFERENCES_MAX + 5,
      DIFFERENCES_MAX + 5,
    ]);
  });
});

describe('benign is', () => {
  const lease = (index: number, id: string) =>
    ({ index, leaseId: id, workerId: 'w9', fetchedAt: 0, leaseUntil: 10 }) as never;

  test('a lease whose Fetched is not in the log, of a waiting task or of one taken over', () => {
    const live = liveOf(histories(), {
      fetched: 4,
      leases: [lease(2, '2.1.50'), lease(4, '4.1.60')],
    });
    expect(compared(live).differences).toMatchObject([
      { from: 2, benign: 'its Fetched is not in the log, so no worker has seen it' },
      {
        from: 4,
        log: 'waiting',
        benign: 'its Fetched is not in the log, so no worker has seen it',
      },
    ]);
  });

  test('a lease of a newer epoch than the one in the log, not one of an older', () => {
    const rows = [
      task(1).added(),
      task(2).inEpoch(2, 8).added().fetched('w2'), // lease 2.2.10
    ];
    const h = head({ epoch: 3 as Epoch });
    const state = liveOf(rows, { epoch: 3 as Epoch, pending: [{ from: 3, to: 5, since: 0 }] });
    const harmfulWith = (id: string) =>
      compared({ ...state, leases: [lease(2, id)] }, { rows, h }).harmful;
    expect(['2.3.1', '2.2.11', '2.2.9', '2.1.90'].map(harmfulWith)).toEqual([0, 0, 1, 1]);
  });

  test('no lease that is gone, though another worker has one', () => {
    const live = liveOf(histories(), {
      fetched: 4,
      leases: [lease(4, '4.1.60')],
      returned: [{ from: 2, to: 3 }],
    });
    expect(compared(live).differences.map(({ from, benign }) => [from, benign === null])).toEqual([
      [2, true],
      [4, false],
    ]);
  });

  test('an acked task that is still leased, or waits', () => {
    const { leases } = liveOf(histories());
    for (const change of [
      { leases: [lease(1, '1.1.2'), ...leases] },
      {
        returned: [
          { from: 1, to: 1 },
          { from: 3, to: 3 },
        ],
      },
    ]) {
      const { differences, harmful } = compared(liveOf(histories(), change));
      expect(differences).toMatchObject([
        { from: 1, log: 'acked', benign: expect.stringContaining('acked') },
      ]);
      expect(harmful).toBe(0);
    }
  });

  test('an acked task above FETCHED after a rewind: a claim passes over it', () => {
    const rows = [task(1).added(), task(2).inEpoch(3, 5).added().fetched('w').acked('w')];
    const h = head({ epoch: 3 as Epoch, rewinds: [rewound(3, 0)] });
    const live = liveOf(rows, {
      ...{ epoch: 3 as Epoch, fetched: 0, published: 2, returned: [] },
      pending: [{ from: 3, to: 5, since: 0 }],
    });
    expect(compared(live, { rows, h })).toMatchObject({ harmful: 0, count: 1 });
  });

  test('an Added that is not published yet, or under a final gap', () => {
    const rows = [...histories(), task(5).inEpoch(1, 40).added()];
    const live = liveOf(histories());
    expect(compared(live, { rows }).differences).toMatchObject([
      { from: 5, log: 'waiting', projection: 'pending', benign: expect.stringContaining('sweep') },
    ]);
    const gap = { pending: [], gaps: [{ from: 5, to: 5 }] };
    expect(compared({ ...live, ...gap }, { rows }).differences).toMatchObject([
      { from: 5, projection: 'a gap', benign: expect.stringContaining('OutcomeUnknown') },
    ]);
  });

  test.each([
    { of: 'an older epoch', epoch: 2 as Epoch, version: 0 },
    { of: 'this epoch, logged after it was taken back', epoch: 1 as Epoch, version: 99 },
  ])('a lease of $of that has run out; while it runs it is not', ({ epoch, version }) => {
    const rows = [...histories()];
    const live = liveOf(rows, { epoch, version, leases: [], returned: [{ from: 2, to: 3 }] });
    const h = head({ epoch });
    expect(compared({ ...live, clock: 1004 }, { rows, h })).toMatchObject({ harmful: 1 });
    expect(compared({ ...live, clock: 1005 }, { rows, h })).toMatchObject({ harmful: 0, count: 1 });
    const gone = { ...live, clock: 1005, returned: [{ from: 3, to: 3 }] };
    expect(compared(gone, { rows, h })).toMatchObject({ harmful: 1, count: 1 });
  });
});

describe('a comparison of the suspects only', () => {
  const seen = { added: 4, fetched: 3, version: 31, at: 5, tokens: false };

  test('judges them, and by what was seen before, not by what is newer than the snapshot', () => {
    const again = { only: new RangeSet([{ from: 3, to: 3 }]), seen };
    const live = liveOf(histories(), { returned: [], leases: [], version: 31 });
    const rows = [...histories(), task(7).inEpoch(1, 200).added({ at: 9999 })];
    expect(texts(compared(live, { rows, again }).differences)).toEqual([
      'task | 3 | waiting | neither waiting nor leased | harmful',
    ]);
  });

  test('judges no other that is pending or a gap', () => {
    const again = { only: new RangeSet([{ from: 3, to: 3 }]), seen };
    const rows = [...histories(), task(5).inEpoch(1, 40).added()];
    expect(found(liveOf(histories()), { rows, again })).toEqual([]);
  });

  test('reads only their segments', () => {
    const again = { only: new RangeSet([{ from: 5, to: 6 }]), seen };
    expect(compareQueue(head(), OPEN, liveOf(histories()), again).segments).toEqual([2]);
  });
});

test('a comparison of the suspects reads each segment that one of them is in', () => {
  const seen = { added: 4, fetched: 3, version: 31, at: 5, tokens: false };
  const only = (from: number, to: number) => ({ only: new RangeSet([{ from, to }]), seen });
  const segmentsOf = (from: number, to: number) =>
    compareQueue(head(), OPEN, liveOf(histories()), only(from, to)).segments;
  expect([segmentsOf(4, 4), segmentsOf(4, 5), segmentsOf(5, 5), segmentsOf(9, 9)]).toEqual([
    [1],
    [1, 2],
    [2],
    [],
  ]);
});

test('a task may come in any number of pieces', () => {
  const comparison = compareQueue(head(), OPEN, liveOf(histories()));
  for (const { rows } of histories()) for (const row of rows) comparison.take([row]);
  expect(comparison.end()).toMatchObject({ count: 0, tasks: 4 });
});

test('an event of a task that was never added is none', () => {
  const rows = [...histories(), task(5).inEpoch(1, 40).fetched('w9')];
  expect(compared(liveOf(histories(), { version: 99 }), { rows })).toMatchObject({
    count: 0,
    tasks: 4,
  });
});

test('of a segment that cannot be read to its end only what was seen is judged', () => {
  const comparison = compareQueue(head(), OPEN, liveOf(histories(), { pending: [], published: 9 }));
  comparison.take(histories().flatMap(({ rows }) => rows));
  comparison.take(task(5).inEpoch(1, 40).added().rows);
  comparison.unreadable(2 as Segment);
  const { count, needsAll, tasks } = comparison.end();
  expect({ count, needsAll, tasks }).toEqual({ count: 0, needsAll: false, tasks: 4 });
});

test('after a segment that cannot be read to its end the next one is judged', () => {
  const comparison = compareQueue(head(), OPEN, liveOf(histories()));
  comparison.take(histories()[0]!.rows);
  comparison.unreadable(1 as Segment);
  comparison.take(task(5).inEpoch(1, 40).added().rows);
  comparison.take(task(6).inEpoch(1, 50).added().rows);
  const { tasks, differences } = comparison.end();
  expect(tasks).toBe(2);
  expect(differences.map(({ subject }) => subject)).toEqual(['task', 'allocated', 'published']);
});

test('of a segment that cannot be read to its end nothing is said to be missing', () => {
  const comparison = compareQueue(head(), OPEN, liveOf(histories()));
  comparison.take(histories()[0]!.rows);
  comparison.unreadable(1 as Segment);
  expect(comparison.end().differences).toEqual([]);
});
