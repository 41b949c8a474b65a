import fc from 'fast-check';
import type { Epoch, EventRow, Head, Segment, SegmentRow } from '../../../src/domain';
import { claimedSince, emptyQueue, foldQueue, segmentsToFold } from '../../../src/domain';
import type { TaskHistory } from '../../support/history';
import { rewound, task } from '../../support/history';

const SIZE = 4;
const head = (claimedTo: number, more: Partial<Head> = {}): Head => ({
  epoch: 3 as Epoch,
  raisedBy: 'me',
  claimedTo,
  floor: 0,
  segmentSize: SIZE,
  rewinds: [],
  ...more,
});
const segment = (n: number, status: SegmentRow['status'] = 'open', lastAdded = 0): SegmentRow => ({
  segment: n as Segment,
  status,
  lastAdded,
  closedAt: null,
});
const foldOf = (
  histories: TaskHistory[],
  { h = head(8), segments = [segment(1), segment(2)], allocated = 4 } = {},
) => {
  const fold = foldQueue(h, segments, allocated, 1000);
  fold.take(histories.flatMap(({ rows }) => rows));
  return fold.state();
};

describe('the fold of a queue', () => {
  test('a new queue: nothing in flight, the first segment known', () => {
    expect(emptyQueue(head(4, { epoch: 1 as Epoch }), 77)).toEqual({
      epoch: 1,
      segmentSize: 4,
      claimedTo: 4,
      allocated: 0,
      published: 0,
      fetched: 0,
      version: 0,
      tokens: false,
      clock: 77,
      known: [1],
      pending: [],
      gaps: [],
      leases: [],
      returned: [],
    });
  });

  test('waiting tasks are implied by published and fetched', () => {
    const state = foldOf([task(1).added(), task(2).added()]);
    expect(state).toMatchObject({
      allocated: 4,
      published: 2,
      fetched: 0,
      returned: [],
      leases: [],
      known: [1, 2],
    });
  });

  test('an index without Added may still be written: pending, not a gap', () => {
    expect(foldOf([task(2).added()])).toMatchObject({
      pending: [
        { from: 1, to: 1, since: 1000 },
        { from: 3, to: 4, since: 1000 },
      ],
      gaps: [],
    });
  });

  test('a task waiting at or below what was handed out is a returned one', () => {
    const histories = [task(1).added(), task(2).added().fetched('w1').acked('w1'), task(3).added()];
    expect(foldOf(histories)).toMatchObject({
      fetched: 2,
      published: 3,
      returned: [{ from: 1, to: 1 }],
    });
  });

  test('leases come back with their times; of two of one worker the newest counts', () => {
    const histories = [
      task(1).added().fetched('w1', { at: 10 }),
      task(2).inEpoch(2).added().fetched('w1', { at: 20 }),
      task(3).added().fetched('w2', { at: 5 }),
    ];
    const state = foldOf(histories);
    expect(state.leases.map(({ index, workerId }) => [index, workerId])).toEqual([
      [3, 'w2'],
      [2, 'w1'],
    ]);
    expect(state.returned).toEqual([{ from: 1, to: 1 }]);
  });

  test('the same whichever of the two comes first in the log', () => {
    const histories = [task(1).inEpoch(2).added().fetched('w1'), task(2).added().fetched('w1')];
    const state = foldOf(histories);
    expect(state.leases.map(({ index }) => index)).toEqual([1]);
    expect(state.returned).toEqual([{ from: 2, to: 2 }]);
  });

  test('of two leases of one worker in one epoch the one of the newer version counts', () => {
    const older = (index: number) => task(index).inEpoch(2, 0).added().fetched('w1');
    const newer = (index: number) => task(index).inEpoch(2, 10).added().fetched('w1');
    expect(foldOf([older(1), newer(2)])).toMatchObject({
      leases: [{ index: 2 }],
      returned: [{ from: 1, to: 1 }],
    });
    expect(foldOf([newer(1), older(2)])).toMatchObject({
      leases: [{ index: 1 }],
      returned: [{ from: 2, to: 2 }],
    });
  });

  test('a newer epoch counts, whatever the versions', () => {
    const older = (index: number) => task(index).inEpoch(1, 10).added().fetched('w1');
    const newer = (index: number) => task(index).inEpoch(2, 0).added().fetched('w1');
    expect(foldOf([older(1), newer(2)]).leases).toMatchObject([{ index: 2 }]);
    expect(foldOf([newer(1), older(2)]).leases).toMatchObject([{ index: 1 }]);
  });

  test('leases are in order of their fetch, then of their index, and say what a projection holds', () => {
    const histories = [
      task(1).added().fetched('w1', { at: 7 }),
      task(2).added().fetched('w2', { at: 7 }),
      task(3).inEpoch(2).added().fetched('w1', { at: 7 }),
      task(4).added().fetched('w3', { at: 6, ttr: 10 }),
    ];
    const { leases } = foldOf(histories);
    expect(leases.map(({ index }) => index)).toEqual([4, 2, 3]);
    expect(leases[0]).toEqual({
      index: 4,
      leaseId: '4.1.2',
      workerId: 'w3',
      fetchedAt: 6,
      leaseUntil: 16,
    });
  });

  test('closed segments are not read; what was added in them was published and handed out', () => {
    const state = foldOf([], { segments: [segment(1, 'closed', 3), segment(2)], allocated: 4 });
    expect(state).toMatchObject({ fetched: 3, published: 3, known: [2], pending: [] });
  });

  test('the highest of what ended counts, closed or dropped, and no open task sets it back', () => {
    const segments = [
      segment(1, 'dropped', 4),
      segment(2, 'closed', 6),
      segment(3, 'closed', 0),
      segment(4),
    ];
    const state = foldOf([task(13).added()], { h: head(16), segments, allocated: 16 });
    expect(state).toMatchObject({ fetched: 6, published: 13, known: [4], returned: [] });
    const none = foldOf([], { h: head(16), segments, allocated: 16 });
    expect(none).toMatchObject({ fetched: 6, published: 6 });
  });

  test('an acked task below what ended leaves that as it is', () => {
    const segments = [segment(1), segment(2, 'closed', 8)];
    const state = foldOf([task(1).added().fetched('w1').acked('w1'), task(2).added()], {
      segments,
      allocated: 8,
    });
    expect(state).toMatchObject({ fetched: 8, published: 8, returned: [{ from: 2, to: 2 }] });
  });

  test('an index whose Added is not there is pending, whatever else is', () => {
    const state = foldOf([task(1).added(), task(2).fetched('w1')]);
    expect(state).toMatchObject({ published: 1, fetched: 0, leases: [] });
    expect(state.pending).toEqual([{ from: 2, to: 4, since: 1000 }]);
  });

  test('of an open segment only its rows count', () => {
    const state = foldOf([task(1).added()], { segments: [segment(1, 'open', 3), segment(2)] });
    expect(state).toMatchObject({ published: 1, fetched: 0 });
  });

  test('what is pending is so since the newest that was logged', () => {
    expect(foldOf([task(1).added({ at: 5000 })]).pending).toEqual([
      { from: 2, to: 4, since: 5000 },
    ]);
  });

  test('segments are folded in their order', () => {
    expect(segmentsToFold([segment(3), segment(1), segment(2)], SIZE, 12)).toEqual([1, 2, 3]);
  });

  test('what was claimed since is all above what was claimed before', () => {
    expect(claimedSince(4, 12, SIZE)).toEqual([2, 3]);
    expect(claimedSince(0, 4, SIZE)).toEqual([1]);
    expect(claimedSince(4, 4, SIZE)).toEqual([]);
  });

  test('a segment claimed by the raise itself is known but not folded', () => {
    expect(segmentsToFold([segment(1), segment(2)], SIZE, 4)).toEqual([1]);
    expect(segmentsToFold([segment(2), segment(1, 'dropped')], SIZE, 8)).toEqual([2]);
  });

  test('a rewound task waits again', () => {
    const histories = [
      task(1).added().fetched('w1').acked('w1'),
      task(2).added().fetched('w1').acked('w1'),
    ];
    const state = foldOf(histories, { h: head(8, { rewinds: [rewound(3, 1)] }) });
    expect(state).toMatchObject({ fetched: 1, published: 2, returned: [] });
  });

  test('some open task carries a token', () => {
    expect(foldOf([task(1).added({ token: true })]).tokens).toBe(true);
    expect(foldOf([task(1).added()]).tokens).toBe(false);
  });

  test('the clock starts no earlier than what was logged', () => {
    expect(foldOf([task(1).added({ at: 5000 })]).clock).toBe(5000);
    expect(foldOf([task(1).added({ at: 1 })]).clock).toBe(1000);
  });

  test('a task may come in any number of pieces', () => {
    const kinds = fc.constantFrom('absent', 'waiting', 'leased', 'acked', 'recovered');
    fc.assert(
      fc.property(
        fc.array(kinds, { minLength: 8, maxLength: 8 }),
        fc.array(fc.integer({ min: 1, max: 5 })),
        (all, cuts) => {
          const rows = all.flatMap((kind, i): EventRow[] => {
            const history = task(i + 1);
            if (kind === 'absent') return [];
            history.added();
            if (kind !== 'waiting') history.fetched(`w${String(i)}`);
            if (kind === 'acked') history.acked(`w${String(i)}`);
            if (kind === 'recovered') history.recovered();
            return history.rows;
          });
          const whole = foldQueue(head(12), [segment(1), segment(2), segment(3)], 8, 0);
          whole.take(rows);
          const pieces = foldQueue(head(12), [segment(1), segment(2), segment(3)], 8, 0);
          let rest = rows;
          for (const cut of cuts) {
            pieces.take(rest.slice(0, cut));
            rest = rest.slice(cut);
          }
          pieces.take(rest);
          const state = whole.state();
          expect(pieces.state()).toEqual(state);

          const at = (status: string) => all.flatMap((kind, i) => (kind === status ? [i + 1] : []));
          expect(state.leases.map(({ index }) => index).sort()).toEqual(at('leased'));
          expect(
            state.pending.flatMap(({ from, to }) =>
              Array.from({ length: to - from + 1 }, (_, k) => from + k),
            ),
          ).toEqual(at('absent'));
          const highest = Math.max(0, ...at('leased'), ...at('acked'), ...at('recovered'));
          expect(state.fetched).toBe(highest);
          const waiting = [...at('waiting'), ...at('recovered')]
            .filter((i) => i <= highest)
            .sort((a, b) => a - b);
          expect(
            state.returned.flatMap(({ from, to }) =>
              Array.from({ length: to - from + 1 }, (_, k) => from + k),
            ),
          ).toEqual(waiting);
        },
      ),
      { numRuns: 300 },
    );
  });
});
