import type { WorkQueue } from '../../../src/commands/workQueue';
import type { Projection } from '../../../src/domain';
import { ProjectionUnavailable, stale } from '../../../src/domain';
import * as op from '../../contract/projection/operations';
import { RedisCluster, slotOf } from '../../support/redisCluster';
import { QueueInUse, RedisNodes } from '../../support/redisNodes';
import { fullQueue } from '../../support/redisQueue';
import { describeOnServers } from '../../support/servers';

describeOnServers('a queue whose slot moves to another master', () => {
  let cluster: RedisCluster;
  let nodes: RedisNodes;
  let projection: Projection;
  let node: WorkQueue;

  beforeAll(async () => {
    cluster = await RedisCluster.start();
  });
  afterAll(() => cluster.stop());

  beforeEach(async () => {
    nodes = new RedisNodes();
    projection = await cluster.projection();
    node = nodes.node(projection);
  });
  afterEach(() => nodes.dispose());

  const move = async (slot: number, from: number, to: number): Promise<void> => {
    await cluster.beginMove(slot, cluster.master(from), cluster.master(to));
    await cluster.moveKeys(slot, cluster.master(from), cluster.master(to));
    await cluster.endMove(slot, cluster.master(to));
  };

  it('goes on after a rebuild, there and back, and nothing that was confirmed is lost', async () => {
    const queue = new QueueInUse(cluster.queueOn(0));
    const slot = slotOf(queue.id);
    const lease = await queue.fill(node);

    await move(slot, 0, 2);
    expect(await cluster.master(2).aside.cluster('COUNTKEYSINSLOT', slot)).toBeGreaterThan(4);
    expect(await queue.add(node, 11)).toBe(true);
    expect((await queue.fetch(node, 'w4'))?.value).toBe(4);

    await move(slot, 2, 0);
    expect((await queue.fetch(node, 'w2'))?.leaseId).toBe(lease);
    expect(await queue.ack(node, 'w2', lease)).toBe(true);
    expect((await queue.fetch(node, 'w4'))?.value).toBe(4);
    expect(await queue.drain(node)).toEqual([5, 6, 7, 8, 9, 10, 11]);
  });

  it('is stale on the new master, although every key came along', async () => {
    const id = cluster.queueOn(1);
    const queue = await fullQueue(projection, id.serviceId);
    const before = await projection.identity(id);
    await move(slotOf(id), 1, 0);
    expect(await projection.round(id, queue.epoch, [op.reserve])).toEqual(stale(null));
    const after = await projection.identity(id);
    expect(after.identity).not.toBe(before.identity);
  });

  it('is refused while its keys are on both, and nothing changes', async () => {
    const id = cluster.queueOn(1);
    const slot = slotOf(id);
    const queue = await fullQueue(projection, id.serviceId);
    const before = await queue.snapshot();
    const [from, to] = [cluster.master(1), cluster.master(0)];
    await cluster.beginMove(slot, from, to);
    await cluster.moveKeys(slot, from, to, 3);
    await expect(queue.ask(op.reserve)).rejects.toThrow(ProjectionUnavailable);
    await expect(queue.ask(op.reserve)).rejects.toThrow(/TRYAGAIN|MOVED/);

    await cluster.abortMove(slot, from, to);
    expect({ ...(await queue.snapshot()), clock: before.clock }).toEqual(before);
  });
});
