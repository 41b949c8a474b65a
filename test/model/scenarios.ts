import type { Given, Scenario } from './scenario';
import { ARRANGED } from './arranged';
import { OPEN, rewindOf, setSegment, stateOf } from './log';
import { closeSegment, extend } from './projection';
import { emptyQueue } from './restore';
import { acked, added, fetched } from './rows';
import {
  A,
  ack,
  add,
  after,
  ALL,
  ANY,
  arrange,
  C,
  close,
  F,
  fetch,
  job,
  K,
  named,
  node,
  rebuild,
  rebuildAsked,
  recover,
  reserving,
  retain,
  rewind,
  scenario,
  sweep,
  times,
} from './starts';
import type { Queue, World } from './world';
import { including, SEGMENT_SIZE } from './world';

/** Epoch 2 is open; a Fetched of epoch 1 for w1 landed after its fold. */
const ghost = (world: World, queue: Queue): void => {
  arrange(world, [fetched({ index: 2, epoch: 1, version: 4, writer: 'late' }, '2.1.4', 'w1')]);
  world.head.epoch = 2;
  Object.assign(queue, { epoch: 2, version: 0 });
};

export const SCENARIOS: readonly Scenario[] = [
  ...ARRANGED,
  scenario('an add beside a rebuild', [add, rebuildAsked]),
  scenario('work beside a rebuild', [fetch('w1'), ack('w1'), fetch('w2'), rebuildAsked], {
    added: 1,
  }),
  scenario('the server is wiped', [times(add, 2), times(rebuild, 2), fetch('w1')], {}, ['wipe']),
  scenario(
    'two rebuilds',
    [add, times(rebuild, 2), fetch('w1')],
    {},
    ['wipe', 'answer lost'],
    [2, 0],
  ),
  scenario(
    'raises of unknown outcome',
    [add, rebuildAsked, rewind(), rebuild],
    { added: 1 },
    ['wipe', 'change unknown'],
    [2, 0],
  ),
  scenario('a late add', [add, sweep, fetch('w1'), rebuildAsked], {}, ['append unknown', 'crash']),
  scenario('the sweep beside adds', [times(add, 2), times(sweep, 2), fetch('w1'), fetch('w2')]),
  scenario('a split brain', [add, rebuild, fetch('w1'), fetch('w2'), ack('w1')], { added: 1 }, [
    'split',
  ]),
  scenario('a stale replica', [add, rebuild, fetch('w1'), ack('w1')], { added: 1 }, [
    'stale replica',
  ]),
  scenario('fail over and back', [times(add, 2), rebuild, fetch('w1')], {}, ['fail back']),
  scenario(
    'a lease is taken over',
    [times(fetch('w1'), 2), times(fetch('w2'), 2), ack('w1'), recover],
    { added: 1 },
    ['crash', 'append unknown', 'answer lost'],
    [1, 1],
  ),
  scenario(
    'retried acks',
    [times(fetch('w1'), 2), times(ack('w1'), 2), fetch('w2')],
    { added: 2 },
    [],
    [0, 1],
  ),
  scenario(
    'a lease is renewed',
    [times(fetch('w1'), 2), fetch('w2'), recover],
    { added: 1 },
    [],
    [0, 2],
  ),
  scenario('segments are claimed', [add, rebuildAsked, named(add, 'addB')], {
    added: 2,
    acked: [1, 2],
  }),
  scenario(
    'claims of unknown outcome',
    [times(add, 2), rebuildAsked],
    { added: 2, acked: [1, 2] },
    ['change unknown', 'wipe'],
    [2, 0],
  ),
  scenario(
    'a close beside a late add',
    [add, sweep, close, rebuildAsked],
    { added: 1, acked: [1] },
    ['append unknown', 'crash'],
  ),
  scenario(
    'a close beside rebuilds',
    [add, times(close, 2), times(rebuildAsked, 2), times(sweep, 2)],
    { added: 1, acked: [1] },
  ),
  scenario(
    'a closed segment above open ones',
    [close, rebuildAsked, fetch('w1'), fetch('w2'), ack('w1')],
    { added: 4, acked: [3, 4] },
  ),
  scenario(
    'a rewind beside a close',
    [rewind(), close, rebuildAsked, fetch('w1')],
    { added: 2, acked: [1, 2] },
    ['wipe', 'crash', 'change unknown'],
  ),
  scenario(
    'a rewind over a closed segment',
    [rewind(), rebuild, fetch('w1'), ack('w1'), fetch('w2')],
    { added: 4, acked: [1, 2], closed: [1] },
    ['wipe', 'crash', 'answer lost', 'change unknown'],
  ),
  scenario(
    'a rewind over closed and open segments',
    [rewind(), close, add, fetch('w1'), rebuildAsked],
    { added: 4, acked: [1, 2, 3, 4], closed: [1] },
  ),
  scenario('a rewind beside retention', [rewind(), close, retain, fetch('w1'), rebuildAsked], {
    added: 2,
    acked: [1, 2],
  }),
  scenario('two rewinds of one task', [fetch('w1'), ack('w1'), times(rewind(), 2), fetch('w2')], {
    added: 1,
  }),
  scenario(
    'a rewind beside acks',
    [times(fetch('w1'), 2), times(ack('w1'), 2), rewind(), fetch('w2')],
    { added: 1 },
  ),
  scenario(
    'a rewind beside leases',
    [fetch('w1'), fetch('w2'), fetch('w3'), ack('w2'), rewind(), recover],
    { added: 2 },
    [],
    [0, 1],
  ),
  scenario(
    'a rewind beside returned tasks',
    [fetch('w1'), times(fetch('w2'), 2), recover, rewind()],
    { added: 1 },
    [],
    [0, 1],
  ),
  scenario(
    'a rewind of unknown outcome',
    [rewind(), add, rebuild],
    { added: 2, acked: [1, 2], closed: [1] },
    ['change unknown'],
  ),
  scenario(
    'a recovered task after a rewind',
    [fetch('w1'), rewind(), recover, fetch('w3')],
    { added: 2, acked: [1] },
    [],
    [0, 1],
  ),
  scenario('covered rewinds', [fetch('w2'), rewind(0), rebuildAsked, fetch('w3')], {
    added: 2,
    acked: [1, 2],
    more: (world, queue) => {
      world.head.epoch = 2;
      world.head.rewinds = [rewindOf(2, 1)];
      world.told.acked = [1];
      world.told.rewound = [2];
      Object.assign(queue, { epoch: 2, version: 0, fetched: 1 });
    },
  }),
  scenario(
    'a lease that the fold has missed',
    [
      named(fetch('w1'), 'fetch-a'),
      named(rebuildAsked, 'rebuild-a'),
      after(named(fetch('w1'), 'fetch-b'), 'rebuild-a'),
      after(named(rebuildAsked, 'rebuild-b'), 'fetch-b'),
      after(fetch('w2'), 'rebuild-b'),
      after(named(fetch('w1'), 'fetch-c'), 'rebuild-b'),
    ],
    { added: 2, more: ghost },
  ),
  scenario('a gap in a segment that a rewind opens', [close, rewind(1), fetch('w1')], {
    added: 2,
    acked: [2],
    gaps: [1],
    more: reserving(1),
  }),
  scenario('a gap whose Added lands', [close, times(fetch('w1'), 2), rebuildAsked], {
    added: 2,
    acked: [1],
    gaps: [2],
    more: (world) => {
      world.late.push([added({ index: 2, epoch: 1, version: 2, writer: 'late' })]);
    },
  }),
  scenario(
    'a token',
    [fetch('w1'), times(ack('w1', true), 2), fetch('w2'), rewind(), recover],
    { added: 1 },
    [],
    [0, 1],
  ),
  scenario(
    'the first add',
    [times(job('create'), 2), times(add, 2), times(rebuild, 2), fetch('w1')],
    { absent: true },
    ['wipe', 'crash'],
    [2, 0],
  ),
  scenario(
    'a round of adds and fetches',
    [node('n1', [A, F('w1')], [A, F('w2')]), rebuild],
    { added: 1 },
    ANY,
  ),
  scenario(
    'a round of acks and fetches',
    [fetch('w1'), node('n1', [K('w1'), F('w2')], [F('w1')]), rebuild],
    { added: 2 },
    ANY,
    [1, 1],
  ),
  scenario(
    'a round acks what it claims',
    [node('n1', [F('w1'), K('w1', true)], [K('w1', true)])],
    { added: 1 },
    ['crash', 'answer lost'],
  ),
  scenario(
    'two nodes',
    [node('n1', [F('w1'), A], [K('w1'), F('w2')]), node('n2', [F('w2'), F('w1')]), rebuildAsked],
    { added: 1 },
  ),
  scenario(
    'a round beside a rewind',
    [
      fetch('w1'),
      after(node('n1', [K('w1'), A]), 'fetch-w1'),
      after(rewind(), 'fetch-w1'),
      after(fetch('w2'), 'rewind'),
    ],
    { added: 3, acked: [2, 3] },
  ),
  scenario(
    'a close of a node with other calls',
    [node('n1', [C], [F('w1')]), rewind(), fetch('w2')],
    { added: 2, acked: [1, 2] },
  ),
];

export const BIG: readonly Scenario[] = [
  scenario(
    'big: single calls',
    [
      times(add, 3),
      times(fetch('w1'), 3),
      times(fetch('w2'), 3),
      times(ack('w1', true), 2),
      times(ack('w2', true), 2),
      times(sweep, 3),
      times(close, 3),
      times(recover, 2),
      retain,
      rewind(),
      times(rebuild, 4),
      rebuildAsked,
    ],
    { added: 1 },
    ALL,
    [3, 2],
  ),
  scenario(
    'big: rounds',
    [
      node('n1', [A, F('w1'), C], [K('w1'), F('w2')], [K('w2'), A]),
      node('n2', [F('w3'), A], [K('w3'), F('w1'), C], [{ kind: 'recover' }, { kind: 'sweep' }]),
      times(sweep, 2),
      times(close, 2),
      recover,
      rewind(1),
      named(rewind(0), 'rewindB'),
      times(rebuild, 4),
      rebuildAsked,
    ],
    { added: 2, acked: [1] },
    ALL,
    [3, 2],
  ),
  scenario(
    'big: closed segments',
    [
      times(add, 2),
      times(fetch('w1'), 2),
      times(fetch('w2'), 2),
      times(ack('w1'), 2),
      times(close, 4),
      times(sweep, 2),
      retain,
      rewind(),
      named(rewind(3), 'rewindB'),
      times(rebuild, 4),
      rebuildAsked,
    ],
    { added: 4, acked: [1, 2, 3, 4], closed: [1] },
    ALL,
    [3, 1],
  ),
  scenario(
    'big: a new queue',
    [times(job('create'), 2), times(add, 3), times(fetch('w1'), 2), ack('w1'), times(rebuild, 4)],
    { absent: true },
    ALL,
    [3, 1],
  ),
];

export function startOf({ starts, faultsMax, expiriesMax, given }: Scenario): World {
  const queue = emptyQueue(1);
  const world: World = {
    ...{ log: [], servers: [{ identity: 1, queue: given.absent ? null : queue }], replica: null },
    head: {
      epoch: 1,
      claimedTo: SEGMENT_SIZE,
      floor: 0,
      raisedBy: '',
      rewinds: [],
      segments: [OPEN],
    },
    ...{ identities: 1, nodes: [], jobs: [], late: [], expired: [], waitedFor: 0 },
    left: starts.map((start) => start.times),
    ...{ faultsLeft: faultsMax, expiriesLeft: expiriesMax },
    // A gap is where an add has failed.
    disturbed: given.gaps !== undefined,
    told: { added: [], acked: [], given: [], rewound: [], completed: [], dropped: false },
  };
  if (given.absent) {
    Object.assign(world.head, { epoch: 0, claimedTo: 0, segments: [] });
    return world;
  }
  fill(world, queue, given);
  given.more?.(world, queue);
  return world;
}

function fill(
  world: World,
  queue: Queue,
  { added: count = 0, acked: done = [], gaps = [], closed = [] }: Given,
): void {
  for (let index = 1; index <= count; index++) {
    if (index > queue.claimedTo) {
      world.head.claimedTo += SEGMENT_SIZE;
      setSegment(world, world.head.claimedTo / SEGMENT_SIZE, OPEN);
      extend(queue, world.head.claimedTo);
    }
    queue.allocated = index;
    const version = ++queue.version;
    if (gaps.includes(index)) {
      queue.gaps = including(queue.gaps, index);
      continue;
    }
    queue.published = index;
    arrange(world, [added({ index, epoch: 1, version, writer: 'before' })]);
    world.told.added.push(index);
  }
  for (const index of done) {
    const lease = `${index}.1.${++queue.version}`;
    const place = { index, epoch: 1, writer: 'before' };
    arrange(world, [
      fetched({ ...place, version: queue.version }, lease, 'w0'),
      acked({ ...place, version: ++queue.version }, lease, 'w0'),
    ]);
    queue.fetched = index;
    world.told.acked.push(index);
  }
  for (let index = 1; index <= queue.fetched; index++) {
    if (stateOf(world, index).status === 'waiting')
      queue.returned = including(queue.returned, index);
  }
  for (const segment of closed) {
    setSegment(world, segment, { status: 'closed', lastAdded: segment * SEGMENT_SIZE });
    closeSegment(queue, segment);
  }
}
