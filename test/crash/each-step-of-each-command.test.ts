import { generateKeyPairSync } from 'node:crypto';
import { createSealer } from '../../src/seals';
import { differences } from '../support/agreement';
import type { Fault } from '../support/faults';
import { FAULTS, FaultyPorts } from '../support/faults';
import { Witness } from '../support/witness';
import type { TestNode } from '../support/world';
import { deriveKeys, QUEUE, World } from '../support/world';

/**
 * Every call that a command makes of its log or its projection goes wrong once in each way. Then a
 * fresh node on the same log, once with the projection as it was left and once without it, must keep
 * every promise made to a client.
 */

interface Scenario {
  /** What has happened before, on a sound node. */
  readonly before: (node: TestNode, seen: Witness) => Promise<void>;
  /** The command under test, on the node whose ports fail. */
  readonly command: (node: TestNode, seen: Witness, world: World) => Promise<unknown>;
}

beforeAll(deriveKeys);

const nothing = () => Promise.resolve();
const addTwo = async (node: TestNode, seen: Witness): Promise<void> => {
  await seen.add(node, 1);
  await seen.add(node, 2);
};
const fetchAndAck = async (node: TestNode, seen: Witness, worker: string): Promise<void> => {
  await seen.fetch(node, worker);
  await seen.ack(node, worker);
};

const closedSegment = async (node: TestNode, seen: Witness): Promise<void> => {
  for (const value of [1, 2, 3, 4, 5]) await seen.add(node, value);
  for (let i = 0; i < 4; i++) await fetchAndAck(node, seen, 'w1');
  await node.jobs.closeSegments();
};
const DAY_MS = 86_400_000;
const KEY = generateKeyPairSync('ed25519')
  .privateKey.export({ type: 'pkcs8', format: 'pem' })
  .toString();

const SCENARIOS: Record<string, Scenario> = {
  'add, the first of a queue': { before: nothing, command: (node, seen) => seen.add(node, 1) },
  add: { before: addTwo, command: (node, seen) => seen.add(node, 3) },
  'add, where a segment has to be claimed': {
    before: async (node, seen) => {
      for (const value of [1, 2, 3, 4, 5, 6, 7, 8]) await seen.add(node, value);
    },
    command: async (node, seen) => {
      await seen.add(node, 9);
      await seen.add(node, 10);
    },
  },
  fetch: { before: addTwo, command: (node, seen) => seen.fetch(node, 'w1') },
  'fetch again': {
    before: async (node, seen) => {
      await addTwo(node, seen);
      await seen.fetch(node, 'w1');
    },
    command: (node, seen) => seen.fetch(node, 'w1'),
  },
  'fetch of a task whose lease ran out': {
    before: async (node, seen) => {
      await addTwo(node, seen);
      await seen.fetch(node, 'w1');
    },
    command: async (node, seen, world) => {
      world.advance(5_000);
      await seen.fetch(node, 'w2');
    },
  },
  ack: { before: addTwo, command: (node, seen) => fetchAndAck(node, seen, 'w1') },
  'ack of a task with a token': {
    before: (node, seen) => seen.add(node, 1, { activity: 7 }),
    command: (node, seen) => fetchAndAck(node, seen, 'w1'),
  },
  recover: {
    before: async (node, seen) => {
      await addTwo(node, seen);
      await seen.fetch(node, 'w1');
      await fetchAndAck(node, seen, 'w2');
    },
    command: async (node, _, world) => {
      world.advance(5_000);
      await node.jobs.recover();
    },
  },
  'sweep of an add that died': {
    before: async (node, seen) => {
      await addTwo(node, seen);
    },
    command: async (node, seen, world) => {
      const dying = new FaultyPorts(2, 'dies after'); // head, reserve, append
      void seen.add(world.node(dying.wrap), 3).catch(nothing);
      await settled();
      world.advance(60_000);
      await node.jobs.sweep();
    },
  },
  'close of a segment': {
    before: async (node, seen) => {
      for (const value of [1, 2, 3, 4, 5]) await seen.add(node, value);
      for (let i = 0; i < 4; i++) await fetchAndAck(node, seen, 'w1');
    },
    command: (node) => node.jobs.closeSegments(),
  },
  'drop of a segment by retention': {
    before: closedSegment,
    command: async (_, __, world) => {
      world.advance(DAY_MS);
      const keeping = { retention: { keepMs: DAY_MS }, seals: null };
      await world.node(faulty?.wrap, keeping).jobs.retain();
    },
  },
  'seal of a segment': {
    before: closedSegment,
    command: async (_, __, world) => {
      world.advance(DAY_MS);
      const keeping = { retention: null, seals: { sealer: createSealer(KEY), afterMs: DAY_MS } };
      await world.node(faulty?.wrap, keeping).jobs.seal();
    },
  },
  rewind: {
    before: async (node, seen) => {
      await addTwo(node, seen);
      await fetchAndAck(node, seen, 'w1');
      await seen.fetch(node, 'w1');
    },
    command: (node, seen) => seen.rewind(node, 0),
  },
  'rewind over a closed segment': {
    before: async (node, seen) => {
      for (const value of [1, 2, 3, 4, 5]) await seen.add(node, value);
      for (let i = 0; i < 5; i++) await fetchAndAck(node, seen, 'w1');
      await node.jobs.closeSegments();
    },
    command: (node, seen) => seen.rewind(node, 0),
  },
  'rebuild after the projection was lost': {
    before: async (node, seen) => {
      await addTwo(node, seen);
      await seen.fetch(node, 'w1');
    },
    command: async (_, seen, world) => {
      world.loseProjection();
      const ports = faulty;
      await seen.fetch(world.node(ports?.wrap), 'w1');
    },
  },
};

/** The ports of the node under test; a scenario that needs a later node puts them there. */
let faulty: FaultyPorts | null = null;

const settled = async (): Promise<void> => {
  for (let i = 0; i < 30; i++) await new Promise((resolve) => setImmediate(resolve));
};

/** Runs the command with the fault at its step `at`; false: it has no such step. */
async function run(scenario: Scenario, at: number, fault: Fault, loses: boolean): Promise<boolean> {
  const world = new World();
  try {
    const seen = new Witness(world);
    await scenario.before(world.node(), seen);
    const ports = new FaultyPorts(at, fault);
    faulty = ports;
    const outcome = scenario.command(world.node(ports.wrap), seen, world).catch(nothing);
    await Promise.race([outcome, settled()]);

    expect(await differences(world, QUEUE)).toEqual([]);
    if (loses) world.loseProjection();
    await seen.drain(world.node());
    expect(await differences(world, QUEUE)).toEqual([]);
    return ports.fired;
  } finally {
    await world.dispose();
  }
}

describe.each(Object.entries(SCENARIOS))('%s', (_, scenario) => {
  describe.each(FAULTS)('a call %s', (fault) => {
    test.each([
      ['the projection as it was left', false],
      ['without the projection', true],
    ])('then a fresh node, %s', async (__, loses) => {
      let steps = 0;
      while (await run(scenario, steps, fault, loses)) steps++;
      expect(steps).toBeGreaterThanOrEqual(2);
    });
  });
});
