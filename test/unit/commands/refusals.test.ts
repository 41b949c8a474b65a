import type { LeaseId, StoredRow } from '../../../src/domain';
import { LogUnavailable } from '../../../src/domain';
import { deriveKeys, QUEUE, World } from '../../support/world';

/** A refused ack that names a lease is recorded, once, and beside the call. */
describe('refused acks', () => {
  let world: World;
  beforeAll(deriveKeys);
  beforeEach(() => (world = new World()));
  afterEach(() => world.dispose());

  const records = async (): Promise<StoredRow[]> => {
    const rows: StoredRow[] = [];
    for await (const page of world.log.storedOfQueue(QUEUE)) rows.push(...page);
    return rows;
  };
  const reasons = async () =>
    (await records()).map(({ body }) => (JSON.parse(body) as { reason?: string }).reason);
  /** A lease of `slow` on task 1 that ran out and went to `quick`. */
  const takenOver = async (node: ReturnType<World['node']>) => {
    await node.add('a');
    const first = await node.fetch('slow');
    world.advance(2_000);
    const second = await node.fetch('quick');
    return { first: first!.leaseId, second: second!.leaseId };
  };

  test('each node records one lease once, whatever the number of acks', async () => {
    const [node, other] = [world.node(), world.node()];
    const { first } = await takenOver(node);
    for (const each of [node, other, node, other]) {
      expect(await each.ack('slow', first)).toBe(false);
    }
    await node.queue.close();
    await other.queue.close();
    const rows = await records();
    expect(rows).toHaveLength(1);
    const [, epoch, version] = first.split('.').map(Number);
    expect(rows[0]).toMatchObject({ epoch, version, at: world.clockMs });
    expect(JSON.parse(rows[0]!.body)).toEqual({
      ...{ type: 'Refused', v: 1, leaseId: first, workerId: 'slow', reason: 'WithAnother' },
    });
  });

  test('says why, as the log has it then', async () => {
    const node = world.node();
    const { first, second } = await takenOver(node);
    expect(await node.ack('other', second)).toBe(false);
    expect(await node.ack('quick', second)).toBe(true);
    expect(await node.ack('slow', first)).toBe(false);
    await node.add('b');
    const third = await node.fetch('lost');
    world.advance(2_000);
    await node.runJobs();
    expect(await node.ack('lost', third!.leaseId)).toBe(false);
    await node.queue.close();
    expect(await reasons()).toEqual(['TaskAcked', 'OtherWorker', 'TakenBack']);
  });

  test('nothing for an ack without a lease, a lease that never was, or no queue', async () => {
    const node = world.node();
    expect(await node.ack('w', '1.1.2' as LeaseId)).toBe(false);
    await node.add('a');
    await node.fetch('w');
    expect(await node.ack('nobody')).toBe(false);
    for (const never of ['1.1.99', '2.1.3', '9007199254740991.1.1', '9999999999999999.1.1']) {
      expect(await node.ack('w', never as LeaseId)).toBe(false);
    }
    await node.queue.close();
    expect(await records()).toEqual([]);
    expect(await world.log.read(QUEUE, [{ from: 1, to: 100 }])).toHaveLength(2);
  });

  test('changes nothing for the queue: no row of a task, and the fold is the same', async () => {
    const node = world.node();
    const { first } = await takenOver(node);
    const before = await world.log.read(QUEUE, [{ from: 1, to: 100 }]);
    await node.ack('slow', first);
    await node.queue.close();
    expect(await world.log.read(QUEUE, [{ from: 1, to: 100 }])).toEqual(before);
    expect(await world.log.rewinds(QUEUE)).toEqual([]);
    world.loseProjection();
    expect(await world.node().ack('quick')).toBe(true);
  });

  test('a record that cannot be written fails no ack, holds none up, and is tried again', async () => {
    let written = 0;
    let answer: (() => void) | undefined;
    const node = world.node((ports) => ({
      ...ports,
      log: {
        ...ports.log,
        record: async (...args) => {
          written += 1;
          await new Promise<void>((resolve) => (answer = resolve));
          if (written === 1) throw new LogUnavailable('gone');
          await ports.log.record(...args);
        },
      },
    }));
    const { first } = await takenOver(node);
    const settle = async () => {
      while (answer === undefined) await new Promise((resolve) => setImmediate(resolve));
      answer();
      answer = undefined;
      await new Promise((resolve) => setImmediate(resolve));
    };
    expect(await node.ack('slow', first)).toBe(false);
    await settle();
    expect(await node.ack('slow', first)).toBe(false);
    await settle();
    await node.queue.close();
    expect(written).toBe(2);
    expect(await records()).toHaveLength(1);
  });

  test('a close waits for the record under way', async () => {
    let written = false;
    const node = world.node((ports) => ({
      ...ports,
      log: {
        ...ports.log,
        record: async () => {
          await new Promise((resolve) => setTimeout(resolve, 50));
          written = true;
        },
      },
    }));
    const { first } = await takenOver(node);
    expect(await node.ack('slow', first)).toBe(false);
    await node.queue.close();
    expect(written).toBe(true);
  });
});
