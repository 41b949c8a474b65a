import fc from 'fast-check';
import type { Verified } from '../../src/commands/verify';
import { verify } from '../../src/commands/verify';
import type { EventRow, Lease, QueueState, TaskState, WorkerId } from '../../src/domain';
import { foldTask, RangeSet } from '../../src/domain';
import { over } from '../support/over';
import { deriveKeys, QUEUE, World } from '../support/world';
import type { TestNode } from '../support/world';

/**
 * Random histories leave log and projection equal; then one thing of the projection is changed, of which
 * it is known what it does to a task, and verify names that task or that number.
 */

const HISTORIES = process.env['LONG'] === '1' ? 2_000 : 150;

beforeAll(deriveKeys);

type Step = (node: TestNode, world: World) => Promise<unknown>;

const worker = fc.constantFrom('w1', 'w2', 'w3');
const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 4, arbitrary: fc.constant<Step>((node) => node.add(1)) },
  { weight: 1, arbitrary: fc.constant<Step>((node) => node.add(1, 'a token')) },
  {
    weight: 4,
    arbitrary: worker.map(
      (w): Step =>
        (node) =>
          node.fetch(w),
    ),
  },
  {
    weight: 3,
    arbitrary: worker.map(
      (w): Step =>
        (node) =>
          node.ack(w),
    ),
  },
  {
    weight: 1,
    arbitrary: fc.nat(6).map((last): Step => async (node) => {
      const { published } = await node.queue.info(QUEUE);
      await node.rewind(Math.min(last, published));
    }),
  },
  { weight: 2, arbitrary: fc.constant<Step>((node) => node.runJobs()) },
  {
    weight: 1,
    arbitrary: fc.constantFrom(300, 2_000, 60_000).map((ms): Step => async (_, world) => {
      world.advance(ms);
    }),
  },
  {
    weight: 1,
    arbitrary: fc.constant<Step>(async (_, world) => {
      world.loseProjection();
      await world.node().queue.info(QUEUE);
    }),
  },
);

/** The log's word on each task of the open segments. */
async function tasksOf(world: World): Promise<ReadonlyMap<number, TaskState>> {
  const rows = new Map<number, EventRow[]>();
  for (const { segment, status } of await world.log.segments(QUEUE)) {
    if (status !== 'open') continue;
    for await (const page of world.log.scan(QUEUE, segment)) {
      for (const row of page) rows.set(row.index, [...(rows.get(row.index) ?? []), row]);
    }
  }
  const rewinds = (await world.log.head(QUEUE))?.rewinds ?? [];
  return new Map([...rows].map(([index, of]) => [index, foldTask(of, rewinds)]));
}

interface Mutation {
  readonly subject: string;
  readonly index?: number;
  readonly state: QueueState;
}

const without = (state: QueueState, part: 'pending' | 'gaps' | 'returned', index: number) => {
  const ranges = state[part].flatMap(({ from, to, ...rest }) =>
    new RangeSet([{ from, to }])
      .within(1, index - 1)
      .concat(new RangeSet([{ from, to }]).within(index + 1, to))
      .map((range) => ({ ...rest, ...range })),
  );
  return { ...state, [part]: ranges };
};
const indices = (ranges: QueueState['gaps']): number[] =>
  ranges.flatMap(({ from, to }) => Array.from({ length: to - from + 1 }, (_, i) => from + i));

/** Each way in which the state can be told from the log. */
function mutationsOf(
  state: QueueState,
  tasks: ReadonlyMap<number, TaskState>,
  segments: number,
  rewound: boolean,
): Mutation[] {
  const is = (index: number, status: TaskState['status']): boolean =>
    (tasks.get(index)?.status ?? 'absent') === status;
  const added = Math.max(0, ...tasks.keys());
  const found: Mutation[] = [
    { subject: 'claimedTo', state: { ...state, claimedTo: state.claimedTo + state.segmentSize } },
    { subject: 'published', state: { ...state, published: state.published + 1 } },
    { subject: 'state', state: { ...state, epoch: (state.epoch + 1) as QueueState['epoch'] } },
    { subject: 'state', state: { ...state, segmentSize: state.segmentSize * 2 } },
  ];
  for (const lease of state.leases) {
    const { index } = lease;
    const others = state.leases.filter((other) => other !== lease);
    const replaced = (change: Partial<Lease>) => ({
      ...state,
      leases: [...others, { ...lease, ...change }],
    });
    if (!is(index, 'leased')) continue;
    found.push(
      { subject: 'task', index, state: { ...state, leases: others } },
      { subject: 'task', index, state: replaced({ workerId: 'nobody' as WorkerId }) },
      { subject: 'task', index, state: replaced({ leaseUntil: lease.leaseUntil + 1 }) },
    );
  }
  for (const part of ['pending', 'gaps'] as const) {
    for (const index of indices(state[part])) {
      if (is(index, 'absent'))
        found.push({ subject: 'task', index, state: without(state, part, index) });
    }
  }
  for (const index of indices(state.returned)) {
    if (is(index, 'waiting'))
      found.push({ subject: 'task', index, state: without(state, 'returned', index) });
  }
  for (const [index, { status }] of tasks) {
    const held = state.leases.some((lease) => lease.index === index);
    const unpublished = new RangeSet([...state.gaps, ...state.pending]).has(index);
    if (held || unpublished) continue;
    if (status === 'waiting' && index > state.fetched)
      found.push({
        subject: 'task',
        index,
        state: { ...state, fetched: index, returned: state.returned },
      });
    if (status === 'acked' && index <= state.fetched)
      found.push({
        subject: 'task',
        index,
        state: {
          ...state,
          returned: new RangeSet([...state.returned, { from: index, to: index }]).toArray(),
        },
      });
  }
  if (tasks.size > 0 && !new RangeSet([...state.gaps, ...state.pending]).has(added)) {
    found.push({ subject: 'allocated', state: { ...state, allocated: added - 1 } });
    found.push({ subject: 'published', state: { ...state, published: added - 1 } });
  }
  const handedOut = [...tasks].filter(
    ([, { status }]) => status === 'leased' || status === 'acked',
  );
  const last = Math.max(0, ...handedOut.map(([index]) => index));
  if (!rewound && last > 0)
    found.push({ subject: 'fetched', state: { ...state, fetched: last - 1 } });
  for (const segment of state.known) {
    if (segment <= segments)
      found.push({
        subject: 'segment',
        index: segment,
        state: { ...state, known: state.known.filter((s) => s !== segment) },
      });
  }
  return found;
}

const names = ({ differences, benign }: Verified, { subject, index }: Mutation): boolean =>
  [...differences, ...benign].some(
    (found) =>
      found.subject === subject &&
      (index === undefined || (Number(found.from) <= index && index <= Number(found.to))),
  );

test(`${String(HISTORIES)} histories: equal; then each change of the projection is named`, async () => {
  let mutations = 0;
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 30 }), async (steps) => {
      const world = new World();
      try {
        for (const act of steps) await act(world.node(), world);
        const ports = (projection = world.projection) => ({
          log: world.log,
          projection,
          wait: () => Promise.resolve(),
        });
        if (!(await world.log.head(QUEUE))) return;
        await world.node().queue.info(QUEUE); // opens what was lost
        const equal = await verify(ports(), QUEUE);
        expect(equal).toMatchObject({ outcome: 'equal', differences: [], looks: 1 });

        const state = (await world.projection.snapshot(QUEUE)) as QueueState;
        const tasks = await tasksOf(world);
        const segments = (await world.log.segments(QUEUE)).filter(
          ({ status }) => status === 'open',
        );
        const head = await world.log.head(QUEUE);
        const changed = mutationsOf(
          state,
          tasks,
          Math.max(...segments.map(({ segment }) => segment)),
          (head?.rewinds.length ?? 0) > 0,
        );
        for (const mutation of changed) {
          const projection = over(world.projection, { snapshot: async () => mutation.state });
          const verified = await verify(ports(projection), QUEUE);
          if (!names(verified, mutation)) {
            throw new Error(
              `not named: ${JSON.stringify({ mutation, state, verified, tasks: [...tasks] })}`,
            );
          }
          mutations++;
        }
      } finally {
        await world.dispose();
      }
    }),
    { numRuns: HISTORIES, ...(process.env['SEED'] ? { seed: Number(process.env['SEED']) } : {}) },
  );
  expect(mutations).toBeGreaterThan(HISTORIES);
}, 600_000);
