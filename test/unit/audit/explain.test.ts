import { explain } from '../../../src/audit/explain';
import type { AuditRow } from '../../../src/audit/decoded';
import type { LeaseId, Refused, Rewind, TaskIndex, WorkerId } from '../../../src/domain';
import { rewound, task } from '../../support/history';

/** Given the events of a task and what befell its queue, then these sentences. */

type History = ReturnType<typeof task>;

const refusal = (leaseId: LeaseId, reason: Refused['reason'], at: number): AuditRow => {
  const [index, epoch, version] = leaseId.split('.').map(Number) as [number, number, number];
  const workerId = 'w1' as WorkerId;
  return {
    stored: {
      index: 0,
      epoch,
      version,
      eventId: '',
      type: '',
      at,
      body: '',
      keyId: null,
      payload: null,
    },
    event: { type: 'Refused', v: 1, leaseId, workerId, reason },
    task: index as TaskIndex,
  };
};

const told = (
  history: History,
  rewinds: readonly Rewind[] = [],
  refusals: readonly AuditRow[] = [],
): string[] => {
  const story = explain(history.index, history.rows, { rewinds, refusals });
  return [...story.statements.map(({ from, text }) => `${from} ${text}`), story.conclusion];
};
const iso = (ms: number): string => new Date(ms).toISOString();

const delivered = (): History => task(7).added({ at: 10 }).fetched('w1', { at: 20, ttr: 100 });

test('never added', () => {
  expect(told(task(7))).toEqual(['The log does not say that task 7 was ever added.']);
});

test('added, and nobody came', () => {
  expect(told(task(7).added())).toEqual([
    '1.1 Task 7 was added.',
    'It waits and was never delivered.',
  ]);
});

test('added with a token, delivered and acked', () => {
  const history = task(7).added({ token: true }).fetched('w1', { at: 20, ttr: 100 }).acked('w1');
  expect(told(history)).toEqual([
    '1.1 Task 7 was added, with a token.',
    `1.2 It was delivered to "w1" under lease 7.1.2, until ${iso(120)}.`,
    '1.3 Worker "w1" acked it under lease 7.1.2.',
    'It is done, delivered once.',
  ]);
});

test('its lease ran out, and another has it now', () => {
  const history = delivered().recovered(undefined, 130).fetched('w2', { at: 140, ttr: 100 });
  expect(told(history).slice(2)).toEqual([
    `1.3 Lease 7.1.2 of "w1" ran out at ${iso(120)} without an ack, and the task was taken back.`,
    `1.4 It was delivered again (delivery 2) to "w2" under lease 7.1.4, until ${iso(240)}, because lease 7.1.2 of "w1" ran out.`,
    `It is with "w2" under lease 7.1.4 until ${iso(240)}, delivered twice.`,
  ]);
});

test('its lease was ended before it ran out', () => {
  const history = delivered().recovered(undefined, 50).fetched('w2', { at: 60 });
  expect(told(history)[2]).toMatch(/^1\.3 Lease 7\.1\.2 of "w1" was ended before it ran out at /);
  expect(told(history)[3]).toContain('because lease 7.1.2 of "w1" was ended early.');
});

test('the same worker fetched again: no new delivery', () => {
  const history = delivered();
  const lease = history.lastLease();
  const again = history.inEpoch(2).fetched('w1', { at: 20, ttr: 100, lease });
  expect(told(again).slice(2)).toEqual([
    `2.1 Worker "w1" fetched again and kept the task under the same lease 7.1.2, until ${iso(120)}; this is no new delivery.`,
    `It is with "w1" under lease 7.1.2 until ${iso(120)}, delivered once.`,
  ]);
});

test('returned by a rewind over its ack', () => {
  const history = delivered().acked('w1').inEpoch(2).fetched('w2', { at: 300, ttr: 100 });
  expect(told(history, [rewound(2, 3, 200)]).slice(3)).toEqual([
    '2.0 The queue was rewound to 3: its ack no longer counts and it waits again.',
    `2.1 It was delivered again (delivery 2) to "w2" under lease 7.2.1, until ${iso(400)}, because the queue was rewound to 3.`,
    `It is with "w2" under lease 7.2.1 until ${iso(400)}, delivered twice.`,
  ]);
});

test('a rewind that changes nothing for it, or does not reach it', () => {
  const rewinds = [rewound(2, 6, 200), rewound(3, 7, 300)];
  expect(told(delivered(), rewinds).slice(2, -1)).toEqual([
    '2.0 The queue was rewound to 6: it stays with the worker that has it.',
  ]);
  expect(told(task(7).added(), rewinds)[1]).toContain('it was waiting and waits on');
});

test('an ack after its lease had run out counts while nobody else has the task', () => {
  const history = delivered();
  expect(told(history.acked('w1', undefined, 3120))[2]).toBe(
    '1.3 Worker "w1" acked it under lease 7.1.2, 3 s after that lease had run out and before another worker had the task, so it counts.',
  );
});

test.each([
  ['TaskAcked', 'the task was acked already'],
  ['TakenBack', 'that lease was over and the task had been taken back'],
  ['WithAnother', 'the task was under another lease by then'],
  ['OtherWorker', 'that lease was of another worker'],
  ['NotHeld', 'the projection did not hold that lease any more'],
] as const)('a refused ack is told when it happened, and why: %s', (reason, why) => {
  const history = delivered();
  const first = history.lastLease();
  history.recovered(undefined, 130).fetched('w2', { at: 140 }).acked('w2', undefined, 160);
  const lines = told(history, [], [refusal(first, reason, 150)]);
  expect(lines[4]).toBe(`1.2 An ack by "w1" under lease 7.1.2 was refused: ${why}.`);
  expect(lines[5]).toMatch(/^1\.5 Worker "w2" acked it/);
});

test('what changes nothing is told as such', () => {
  const history = delivered();
  const first = history.lastLease();
  history.acked('w1').acked('w1').recovered(first).fetched('w9').added();
  expect(told(history).slice(3, -1)).toEqual([
    '1.4 Worker "w1" acked it under lease 7.1.2 once more; that changes nothing.',
    '1.5 Lease 7.1.2 was logged as taken back when the task was not under it; that changes nothing.',
    '1.6 It was logged as delivered to "w9" under lease 7.1.6 although it was acked; that changes nothing.',
    '1.7 Task 7 was logged as added once more; that changes nothing.',
  ]);
});

test('names are told as JSON has them', () => {
  expect(told(task(7).added().fetched('a\u001b[2J"'))[1]).toContain('to "a\\u001b[2J\\"" under');
});
