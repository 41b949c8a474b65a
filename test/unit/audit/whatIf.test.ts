import { Compared, livesOf, Measured } from '../../../src/audit/whatIf';
import type { LeaseId, Rewind } from '../../../src/domain';
import { rewound, task } from '../../support/history';

type History = ReturnType<typeof task>;

function whatIf(
  timeToRecoverMs: number,
  histories: readonly History[],
  rewinds: readonly Rewind[] = [],
  refusedAt: ReadonlyMap<LeaseId, number> = new Map(),
) {
  const lives = histories.flatMap(({ rows }) => livesOf(rows, rewinds, refusedAt));
  const measured = new Measured();
  for (const life of lives) measured.take(life);
  const compared = new Compared(timeToRecoverMs, measured);
  for (const life of lives) compared.take(life);
  return compared.result();
}

/** Added at 0, fetched at 1,000, acked after `tookMs` of a lease of a minute. */
const done = (index: number, tookMs: number) =>
  task(index)
    .added()
    .fetched('w', { at: 1000, ttr: 60_000 })
    .acked('w', undefined, 1000 + tookMs);

/** The first worker is lost; the second takes 2 s, 5 s after the lease of a minute has ended. */
const lost = (index: number) =>
  task(index)
    .added()
    .fetched('w1', { at: 1000, ttr: 60_000 })
    .recovered(undefined, 66_000)
    .fetched('w2', { at: 66_000, ttr: 60_000 })
    .acked('w2', undefined, 68_000);

test('nothing recorded: nothing reckoned', () => {
  const { recorded, whatIf: other } = whatIf(1000, []);
  expect(recorded).toMatchObject({ tasks: 0, deliveries: 0, waitMeanMs: null });
  expect(other).toEqual(recorded);
});

test('a lease that is long enough changes nothing', () => {
  const { recorded, whatIf: other } = whatIf(60_000, [done(1, 2000), done(2, 4000)]);
  expect(recorded).toMatchObject({ tasks: 2, deliveries: 2, waitMeanMs: 1000, doneMeanMs: 4000 });
  expect(other).toEqual(recorded);
});

test('a shorter lease brings back sooner what a lost worker had', () => {
  const { recorded, whatIf: other, assumed } = whatIf(10_000, [lost(1), done(2, 2000)]);
  expect(assumed.pickUpMedianMs / 5000).toBeCloseTo(1, 1);
  expect(recorded).toMatchObject({ redeliveries: 1, duplicates: 0, doneMeanMs: 35_500 });
  expect(other).toMatchObject({ redeliveries: 1, duplicates: 0 });
  // Of the lost one: 1 s + 10 s + 5 s + 2 s, of the other 3 s.
  expect(other.doneMeanMs! / 10_500).toBeCloseTo(1, 1);
});

test('a lease that would have ended before its ack: delivered again, and done twice', () => {
  const { whatIf: other } = whatIf(5000, [done(1, 8000), done(2, 2000), done(3, 2000)]);
  expect(other).toMatchObject({ deliveries: 4, redeliveries: 1, duplicates: 1, neverDone: 0 });
});

test('work that always takes longer than the lease is never done', () => {
  const { whatIf: other } = whatIf(1000, [done(1, 8000)]);
  expect(other).toMatchObject({ neverDone: 1, duplicates: 2, doneMeanMs: null });
});

test('a refused ack tells how long its worker took', () => {
  const history = lost(1);
  const first = '1.1.2' as LeaseId;
  const refusedAt = new Map([[first, 71_000]]);
  const longer = whatIf(80_000, [history], [], refusedAt);
  expect(longer.recorded).toMatchObject({ redeliveries: 1, duplicates: 1 });
  expect(longer.whatIf).toMatchObject({ redeliveries: 0, duplicates: 0, doneMeanMs: 71_000 });
});

test('a rewind over an acked task begins another life', () => {
  const history = done(1, 2000).inEpoch(2).fetched('w', { at: 9000, ttr: 60_000 });
  history.acked('w', undefined, 9500);
  const { recorded } = whatIf(60_000, [history], [rewound(2, 0, 7000)]);
  expect(recorded).toMatchObject({ tasks: 2, redeliveries: 0, waitMeanMs: 1500 });
});

test('a delivery that the log does not see end is none in either column', () => {
  const { recorded, whatIf: other } = whatIf(10, [task(1).added().fetched('w', { at: 5 })]);
  expect(recorded).toMatchObject({ deliveries: 1, redeliveries: 0, neverDone: 0 });
  expect(other).toEqual(recorded);
});
