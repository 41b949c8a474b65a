import fc from 'fast-check';
import { QueueError } from '../../src/domain';
import { differences } from '../support/agreement';
import type { Fault } from '../support/faults';
import { FAULTS, FaultyPorts } from '../support/faults';
import { Witness } from '../support/witness';
import { deriveKeys, QUEUE, World } from '../support/world';
import type { TestNode } from '../support/world';

/**
 * Histories of several nodes on one queue, with calls that fail and nodes that die between any two
 * steps. After each command the projection and the fold of the log agree; after each history a fresh
 * node drains the queue and nothing that a client was told has turned out wrong.
 */

const HISTORIES = process.env['LONG'] === '1' ? 5_000 : 400;
const WORKERS = ['w1', 'w2', 'w3'] as const;

beforeAll(deriveKeys);

interface Model {
  values: number;
}
interface Real {
  readonly world: World;
  readonly seen: Witness;
  node: TestNode;
}
/** The call number `at` of the command goes wrong; the node is then given up. */
interface Failure {
  readonly at: number;
  readonly fault: Fault;
}

class Step implements fc.AsyncCommand<Model, Real> {
  constructor(
    private readonly name: string,
    private readonly act: (node: TestNode, real: Real, model: Model) => Promise<unknown>,
    private readonly failure: Failure | null,
  ) {}

  check(): boolean {
    return true;
  }

  async run(model: Model, real: Real): Promise<void> {
    if (!this.failure) {
      await this.act(real.node, real, model);
    } else {
      const ports = new FaultyPorts(this.failure.at, this.failure.fault);
      const broken = this.act(real.world.node(ports.wrap), real, model);
      await Promise.race([broken.catch(onlyOf(ports)), settled()]);
    }
    expect(await differences(real.world, QUEUE)).toEqual([]);
  }

  toString(): string {
    const { failure } = this;
    return failure ? `${this.name} (call ${String(failure.at)} ${failure.fault})` : this.name;
  }
}

/** A failure may make the command fail; a broken promise is never excused by one. */
const onlyOf = (ports: FaultyPorts) => (error: unknown) => {
  const excused = error instanceof QueueError || error instanceof AggregateError;
  if (!ports.fired || !excused) throw error;
};

const settled = async (): Promise<void> => {
  for (let i = 0; i < 40; i++) await new Promise((resolve) => setImmediate(resolve));
};

const failure: fc.Arbitrary<Failure | null> = fc.option(
  fc.record({ at: fc.nat(8), fault: fc.constantFrom(...FAULTS) }),
  { freq: 3 },
);
const worker = fc.constantFrom(...WORKERS);

const add = failure.map(
  (f) => new Step('add', (node, { seen }, model) => seen.add(node, ++model.values), f),
);
const addMany = fc.integer({ min: 2, max: 6 }).map(
  (n) =>
    new Step(
      `add ${String(n)} at once`,
      async (node, { seen }, model) => {
        await Promise.all(Array.from({ length: n }, () => seen.add(node, ++model.values)));
      },
      null,
    ),
);
const fetch = fc
  .tuple(worker, failure)
  .map(([w, f]) => new Step(`${w} fetches`, (node, { seen }) => seen.fetch(node, w), f));
const ack = fc
  .tuple(worker, failure)
  .map(([w, f]) => new Step(`${w} acks`, (node, { seen }) => seen.ack(node, w), f));
const together = fc.constant(
  new Step(
    'all workers fetch at once, on two nodes',
    async (node, { seen, world }) => {
      const other = world.node();
      await Promise.all(WORKERS.map((w, i) => seen.fetch(i % 2 ? node : other, w)));
    },
    null,
  ),
);
const ackAndFetch = fc
  .tuple(worker, worker)
  .filter(([a, b]) => a !== b)
  .map(
    ([a, b]) =>
      new Step(
        `${a} acks while ${b} fetches`,
        async (node, { seen }) => {
          await Promise.all([seen.ack(node, a), seen.fetch(node, b)]);
        },
        null,
      ),
  );
const rewind = fc.tuple(fc.nat(6), failure).map(
  ([last, f]) =>
    new Step(
      `rewind to ${String(last)}`,
      async (node, { seen }) => {
        const { published } = await node.queue.info(QUEUE);
        await seen.rewind(node, Math.min(last, published));
      },
      f,
    ),
);
const job = fc
  .tuple(fc.constantFrom('recover' as const, 'sweep' as const, 'closeSegments' as const), failure)
  .map(([name, f]) => new Step(name, (node) => node.jobs[name](), f));
const later = fc.constantFrom(300, 2_000, 60_000).map(
  (ms) =>
    new Step(
      `${String(ms)} ms later`,
      (_, { world }) => {
        world.advance(ms);
        return Promise.resolve();
      },
      null,
    ),
);
const lost = fc.constant(
  new Step(
    'the projection is lost',
    (_, real) => {
      real.world.loseProjection();
      real.node = real.world.node();
      return Promise.resolve();
    },
    null,
  ),
);

test(`${String(HISTORIES)} histories keep every promise`, async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.commands(
        [
          add,
          addMany,
          fetch,
          ack,
          add,
          fetch,
          ack,
          together,
          ackAndFetch,
          rewind,
          job,
          later,
          lost,
        ],
        { maxCommands: 30 },
      ),
      async (commands) => {
        const world = new World();
        try {
          const real: Real = { world, seen: new Witness(world), node: world.node() };
          await fc.asyncModelRun(() => ({ model: { values: 0 }, real }), commands);
          await real.seen.drain(world.node());
          expect(await differences(world, QUEUE)).toEqual([]);
        } finally {
          await world.dispose();
        }
      },
    ),
    { numRuns: HISTORIES, ...(process.env['SEED'] ? { seed: Number(process.env['SEED']) } : {}) },
  );
}, 600_000);
