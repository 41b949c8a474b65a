import { DEFAULTS } from '../../../src/commands/settings';
import type { Log, Operation, Projection, QueueError, Vault } from '../../../src/domain';
import { LogUnavailable } from '../../../src/domain';
import { closedGate, over, turns } from '../../support/over';
import { QUEUE, World } from '../../support/world';

let world: World;
afterEach(() => world.dispose());

/** Calls of this method are made once the gate is open. */
const waitingFor = (gate: Promise<void>, log: Log, method: 'append' | 'head' | 'segments'): Log => {
  const call = log[method].bind(log) as (...args: unknown[]) => Promise<never>;
  return over<Log>(log, { [method]: (...args: unknown[]) => gate.then(() => call(...args)) });
};

test('calls of one turn share one round: one call of the projection, one read, one append', async () => {
  world = new World({ segmentSize: 4096 });
  await world.node().add('first');
  const calls: string[] = [];
  const node = world.node((ports) => ({
    ...ports,
    log: over<Log>(ports.log, {
      append: (...args) => (calls.push('append'), ports.log.append(...args)),
      read: (...args) => (calls.push('read'), ports.log.read(...args)),
    }),
    projection: over<Projection>(ports.projection, {
      round: (queue, epoch, operations) => {
        calls.push(`round of ${String(operations.length)}`);
        return ports.projection.round(queue, epoch, operations);
      },
    }),
  }));
  await Promise.all([
    ...Array.from({ length: 5 }, (_, i) => node.add(i)),
    ...Array.from({ length: 5 }, (_, i) => node.fetch(`w${String(i)}`)),
  ]);
  expect(calls).toEqual(['round of 10', 'read', 'append', 'round of 5']);
});

test('what was logged is applied before anything new is decided, and holding before claim', async () => {
  world = new World({ segmentSize: 4096 });
  await world.node().add('a');
  const rounds: Operation['do'][][] = [];
  const { gate, open } = closedGate();
  const node = world.node((ports) => ({
    ...ports,
    log: waitingFor(gate, ports.log, 'append'),
    projection: over<Projection>(ports.projection, {
      round: (queue, epoch, operations) => {
        rounds.push(operations.map((operation) => operation.do));
        return ports.projection.round(queue, epoch, operations);
      },
    }),
  }));
  const first = node.add('b');
  await turns();
  const others = [node.fetch('w1'), node.add('c'), node.ack('w1')];
  await turns();
  open();
  await Promise.all([first, ...others]);
  expect(rounds.slice(0, 2)).toEqual([['reserve'], ['publish', 'holding', 'claim', 'reserve']]);
});

test('a batch that fails hits its own commands and no others', async () => {
  world = new World();
  for (let i = 1; i <= 6; i++) await world.node().add(i); // segments 1 and 2
  const node = world.node((ports) => ({
    ...ports,
    log: over<Log>(ports.log, {
      append: async (queue, epoch, batches) => {
        const first = batches.findIndex(([row]) => row?.index === 1);
        const sound = await ports.log.append(
          queue,
          epoch,
          batches.filter((_, i) => i !== first),
        );
        const failed = { type: 'failed', error: new LogUnavailable('segment 1 is away') } as const;
        return first < 0 ? sound : [...sound.slice(0, first), failed, ...sound.slice(first)];
      },
    }),
  }));
  const outcomes = await Promise.allSettled(
    Array.from({ length: 6 }, (_, i) => node.fetch(`w${String(i)}`)),
  );
  expect(outcomes.map(({ status }) => status)).toEqual([
    ...Array<string>(4).fill('rejected'),
    ...Array<string>(2).fill('fulfilled'),
  ]);
});

test('beyond the bounds of a node calls are refused at once, and taken again later', async () => {
  world = new World({ commandsMax: 3 });
  const node = world.node();
  await node.add(0);
  const outcomes = await Promise.allSettled([1, 2, 3, 4, 5].map((value) => node.add(value)));
  const refused = outcomes.filter(({ status }) => status === 'rejected');
  expect(refused).toHaveLength(2);
  expect(refused[0]).toMatchObject({ reason: { type: 'Overloaded', data: { retryAfterMs: 100 } } });
  expect(await node.add(6)).toBe(true);
});

test('bytes count as well as calls', async () => {
  world = new World({ bytesMax: 1_000 });
  const node = world.node();
  const big = 'x'.repeat(600);
  const outcomes = await Promise.allSettled([node.add(big), node.add(big)]);
  expect(outcomes.map(({ status }) => status)).toEqual(['fulfilled', 'rejected']);
});

test('a call counts while it waits for a key or a head, too', async () => {
  world = new World({ commandsMax: 1 });
  await world.node().add('a');
  const { gate, open } = closedGate();
  const withoutKeys = world.node((ports) => ({
    ...ports,
    vault: over<Vault>(ports.vault, {
      sealer: async (owner) => {
        await gate;
        return ports.vault.sealer(owner);
      },
    }),
  }));
  const withoutHead = world.node((ports) => ({
    ...ports,
    log: waitingFor(gate, ports.log, 'head'),
  }));
  const refused = { type: 'Overloaded' };
  const added = withoutKeys.add('b');
  await expect(withoutKeys.add('c')).rejects.toMatchObject(refused);
  const fetched = withoutHead.fetch('w1');
  await expect(withoutHead.fetch('w2')).rejects.toMatchObject(refused);
  open();
  expect(await added).toBe(true);
  expect(await fetched).toMatchObject({ value: 'a' });
});

describe('while a round takes long', () => {
  /** A node whose appends wait until the gate is open. */
  const slowNode = () => {
    const { gate, open } = closedGate();
    const node = world.node((ports) => ({
      ...ports,
      log: waitingFor(gate, ports.log, 'append'),
    }));
    return { node, open };
  };

  test('a call that has waited for too long is refused, and did nothing', async () => {
    jest.useFakeTimers({ doNotFake: ['setImmediate', 'nextTick', 'queueMicrotask'] });
    try {
      world = new World();
      await world.node().add('first');
      const { node, open } = slowNode();
      const added = node.add('in the round');
      await turns();
      const late = node.add('too late').catch((error: unknown) => (error as QueueError).type);
      await turns();
      world.advance(DEFAULTS.roundWaitMs);
      jest.advanceTimersByTime(DEFAULTS.roundWaitMs);
      expect(await late).toBe('Overloaded');
      open();
      expect(await added).toBe(true);
      expect(await world.node().queue.info(QUEUE)).toMatchObject({
        counts: { waiting: 2, pending: 0 },
      });
    } finally {
      jest.useRealTimers();
    }
  });

  test('what could not be done in time is refused at once, and taken again later', async () => {
    world = new World({ roundCommandsMax: 2, roundWaitMs: 60_000 });
    await world.node().add('first');
    const { node, open } = slowNode();
    const answers: string[] = [];
    const add = async (value: string): Promise<void> => {
      const answer = await node.add(value).catch((error: unknown) => (error as QueueError).type);
      answers.push(`${value} ${String(answer)}`);
    };
    const inTheRound = add('in the round');
    await turns();
    world.advance(25_000); // two more rounds, of two calls each, would be in time
    const waiting = ['1', '2', '3', '4'].map(add);
    await turns();
    await add('5');
    expect(answers).toEqual(['5 Overloaded']);
    open();
    await Promise.all([inTheRound, ...waiting]);
    await add('6');
    expect(answers.slice(1).toSorted()).toEqual([
      '1 true',
      '2 true',
      '3 true',
      '4 true',
      '6 true',
      'in the round true',
    ]);
  });
});

test('a port that never answers costs its callers an error, not a hanging call', async () => {
  world = new World({ portTimeoutMs: 50 });
  await world.node().add('a');
  const node = world.node((ports) => ({
    ...ports,
    log: over<Log>(ports.log, { append: () => new Promise(() => undefined) }),
  }));
  await expect(node.fetch('w1')).rejects.toMatchObject({ type: 'OutcomeUnknown' });
  await expect(node.add('b')).rejects.toMatchObject({ type: 'OutcomeUnknown' });
  await expect(node.ack('w1')).rejects.toMatchObject({ type: 'OutcomeUnknown' });
});

test('a rebuild that takes long tells callers when to come again, and goes on', async () => {
  world = new World({ rebuildWaitMs: 20 });
  await world.node().add('a');
  world.loseProjection();
  const { gate, open } = closedGate();
  const node = world.node((ports) => ({
    ...ports,
    log: waitingFor(gate, ports.log, 'segments'),
  }));
  const refused = { type: 'Rebuilding', data: { retryAfterMs: 1000 } };
  await expect(node.fetch('w1')).rejects.toMatchObject(refused);
  await expect(node.add('b')).rejects.toMatchObject(refused);
  open();
  expect(await node.fetch('w1')).toMatchObject({ value: 'a' });
});

test('a closing node refuses new calls and answers those under way', async () => {
  world = new World();
  const { gate, open } = closedGate();
  const node = world.node((ports) => ({
    ...ports,
    log: waitingFor(gate, ports.log, 'append'),
  }));
  const added = node.add('a');
  await turns();
  const closed = node.queue.close();
  await expect(node.add('b')).rejects.toMatchObject({ type: 'Stopping' });
  open();
  expect(await added).toBe(true);
  await closed;
});

test('an index is given once, however many nodes claim segments at once', async () => {
  world = new World();
  const nodes = [world.node(), world.node(), world.node()];
  await Promise.all(
    nodes.flatMap((node) => Array.from({ length: 20 }, (_, value) => node.add(value))),
  );
  expect(await world.node().queue.info(QUEUE)).toMatchObject({ counts: { waiting: 60 } });
});

describe('the queue is rewound between what a command logged and what the projection applies of it', () => {
  /** A node whose first round with such an operation comes after a rewind by another node. */
  const rewoundBefore = (kind: Operation['do']) => {
    let rewound = false;
    return world.node((ports) => ({
      ...ports,
      projection: over<Projection>(ports.projection, {
        round: async (queue, epoch, operations) => {
          if (!rewound && operations.some((operation) => operation.do === kind)) {
            rewound = true;
            await world.node().rewind(0);
          }
          return ports.projection.round(queue, epoch, operations);
        },
      }),
    }));
  };

  test('an add is published in the new epoch', async () => {
    world = new World();
    await world.node().add('a');
    expect(await rewoundBefore('publish').add('b')).toBe(true);
    expect(await world.node().queue.info(QUEUE)).toMatchObject({
      counts: { waiting: 2, pending: 0 },
    });
  });

  test('an ack is decided again in the new epoch, and counts', async () => {
    world = new World();
    await world.node().add('a');
    const node = rewoundBefore('settle');
    await node.fetch('w1');
    expect(await node.ack('w1')).toBe(true);
    expect(await node.fetch('w2')).toBeNull();
    expect(await world.node().queue.info(QUEUE)).toMatchObject({
      counts: { waiting: 0, leased: 0 },
    });
  });
});
