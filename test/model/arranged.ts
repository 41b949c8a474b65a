import { OPEN, rewindOf, setSegment } from './log';
import { byIndex } from './projection';
import { acked, added, fetched, recovered } from './rows';
import type { Scenario } from './scenario';
import {
  ack,
  add,
  after,
  arrange,
  close,
  fetch,
  job,
  preparing,
  rebuildAsked,
  recover,
  reserving,
  rewind,
  scenario,
  sweep,
  times,
} from './starts';
import type { Queue, World } from './world';
import { including } from './world';

/** Small scenarios that begin near the danger that a rule is there for. */

type More = (world: World, queue: Queue) => void;
const all =
  (...more: readonly More[]): More =>
  (world, queue) => {
    for (const each of more) each(world, queue);
  };

const leaseOf = (index: number): string => `${index}.1.9`;

/** The worker was given the task in epoch 1. */
const holding =
  (worker: string, index: number): More =>
  (world, queue) => {
    const lease = leaseOf(index);
    arrange(world, [fetched({ index, epoch: 1, version: 9, writer: 'before' }, lease, worker)]);
    queue.version = 9;
    queue.fetched = Math.max(queue.fetched, index);
    queue.leases = [...queue.leases, { worker, index, lease }].sort(byIndex);
    world.told.given.push({ worker, index, lease, acks: 0 });
  };
const ranOut =
  (index: number): More =>
  (world) => {
    world.expired.push(leaseOf(index));
  };
/** The lease of the task ran out and was recovered. */
const givenBack =
  (index: number): More =>
  (world, queue) => {
    const place = { index, epoch: 1, version: ++queue.version, writer: 'before' };
    arrange(world, [recovered(place, leaseOf(index))]);
    queue.leases = queue.leases.filter((held) => held.index !== index);
    queue.returned = including(queue.returned, index);
  };
/** The ack of the worker is in the log, its process died before it settled it. */
const unsettled =
  (worker: string, index: number): More =>
  (world, queue) => {
    const place = { index, epoch: 1, version: ++queue.version, writer: 'dead' };
    arrange(world, [acked(place, leaseOf(index), worker)]);
  };
const inEpoch2: More = (world, queue) => {
  world.head.epoch = 2;
  Object.assign(queue, { epoch: 2, version: 0 });
};

/** Epoch 2 is open, raised by another; a rebuild whose raise was not applied has not heard of it. */
const raisedByAnother = all(inEpoch2, (world, queue) => {
  Object.assign(world.head, { claimedTo: 4, raisedBy: 'another' });
  setSegment(world, 2, OPEN);
  Object.assign(queue, { claimedTo: 4, known: [1, 2] });
  world.jobs.push({
    ...{ id: 'slow-rebuild', kind: 'rebuild', step: 'mine', server: 0, identity: 1, epoch: 1 },
    ...{ claimedTo: 2, raisedBy: '', triesLeft: 0, number: 0, rewinding: false, inPlace: false },
    ...{ segments: null, unread: [], rows: [] },
  });
});

export const ARRANGED: readonly Scenario[] = [
  scenario('a lease is logged after the fold', [times(fetch('w1'), 2), fetch('w2'), rebuildAsked], {
    added: 1,
  }),
  scenario('an ack beside a rebuild', [ack('w1'), rebuildAsked], {
    added: 1,
    more: holding('w1', 1),
  }),
  scenario('the sweep beside one add', [add, sweep]),
  scenario('the sweep beside an add that is paused for longer than its budget', [add, sweep], {
    more: (world) => {
      world.disturbed = true;
    },
  }),
  scenario('another has raised and opened', [add], { added: 2, more: raisedByAnother }),
  scenario(
    'another has raised and opened, then a wipe',
    [add],
    { added: 2, more: raisedByAnother },
    ['wipe'],
  ),
  scenario(
    'another has raised and opened, then a flush',
    [add],
    { added: 2, more: raisedByAnother },
    ['flush'],
  ),
  scenario(
    'the second raise of a rebuild is of unknown outcome',
    [add, rebuildAsked],
    {},
    ['change unknown', 'wipe'],
    [2, 0],
  ),
  scenario(
    'two first adds and a wipe',
    [times(job('create'), 2), times(add, 2)],
    { absent: true },
    ['wipe'],
  ),
  scenario(
    'two first adds and a flush',
    [times(job('create'), 2), times(add, 2)],
    { absent: true },
    ['flush'],
  ),
  scenario('a claim of an older epoch', [add], {
    added: 4,
    acked: [1, 2, 3, 4],
    more: all(inEpoch2, (world, queue) => {
      world.head.claimedTo = 6;
      setSegment(world, 3, OPEN);
      Object.assign(queue, { claimedTo: 6, known: [1, 2, 3] });
      preparing('slow-add', { step: 'claimSegment', epoch: 1, number: 2 })(world);
    }),
  }),
  scenario('a late add in a closed segment', [rebuildAsked, after(fetch('w1'), 'rebuild-asked')], {
    added: 4,
    acked: [1, 2, 4],
    gaps: [3],
    closed: [2],
    more: (world) => {
      arrange(world, [added({ index: 3, epoch: 1, version: 3, writer: 'late' })]);
    },
  }),
  scenario('a segment of gaps is closed', [close, fetch('w1')], {
    added: 5,
    acked: [1, 2],
    gaps: [3, 4],
    closed: [1],
  }),
  scenario('a task that was given back is folded', [rebuildAsked], {
    added: 1,
    more: all(holding('w1', 1), ranOut(1), givenBack(1)),
  }),
  scenario('a lease is renewed beside its recovery', [fetch('w1'), fetch('w2'), recover], {
    added: 1,
    more: all(holding('w1', 1), ranOut(1)),
  }),
  scenario(
    'a fetch is slower than its lease',
    [times(fetch('w1'), 2), fetch('w2')],
    { added: 2 },
    [],
    [0, 1],
  ),
  scenario('an ack beside another lease', [ack('w1'), fetch('w2')], {
    added: 1,
    more: all(holding('w1', 1), ranOut(1)),
  }),
  scenario('a lease is taken over beside its recovery', [recover, fetch('w2'), fetch('w3')], {
    added: 1,
    more: all(holding('w1', 1), ranOut(1)),
  }),
  scenario('a lease above a rewind is recovered', [rewind(), recover, fetch('w3')], {
    added: 2,
    acked: [1],
    more: all(holding('w1', 2), ranOut(2)),
  }),
  scenario('a rewind over a closed gap', [rewind(1)], {
    added: 2,
    acked: [2],
    gaps: [1],
    closed: [1],
    more: reserving(1),
  }),
  scenario('a segment is closed while a rewind is decided', [rewind(), close], {
    added: 2,
    acked: [1, 2],
  }),
  scenario('a rewind over a returned task', [rewind(), fetch('w2')], {
    added: 2,
    acked: [1],
    more: all(holding('w1', 2), ranOut(2), givenBack(2)),
  }),
  scenario(
    'a lease between two rewinds',
    [
      fetch('w2'),
      after(rewind(1), 'fetch-w2'),
      after(rebuildAsked, 'rewind'),
      after(fetch('w3'), 'rebuild-asked'),
    ],
    {
      added: 2,
      acked: [1, 2],
      more: all(inEpoch2, (world, queue) => {
        world.head.rewinds = [rewindOf(2, 1)];
        world.told.acked = [1];
        world.told.rewound = [2];
        queue.fetched = 1;
      }),
    },
  ),
  scenario(
    'an acked task is taken over beside a rewind',
    [fetch('w2'), rewind(), after(rebuildAsked, 'rewind'), after(fetch('w3'), 'rebuild-asked')],
    { added: 1, more: all(holding('w1', 1), ranOut(1), unsettled('w1', 1)) },
  ),
  scenario('an ack of a lease that was taken over', [fetch('w2'), fetch('w1'), ack('w1')], {
    added: 2,
    more: all(holding('w1', 1), ranOut(1)),
  }),
];
