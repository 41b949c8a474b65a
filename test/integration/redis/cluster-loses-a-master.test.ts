import type { WorkQueue } from '../../../src/commands/workQueue';
import type { LeaseId, Projection } from '../../../src/domain';
import { ProjectionUnavailable, stale } from '../../../src/domain';
import * as op from '../../contract/projection/operations';
import { RedisCluster } from '../../support/redisCluster';
import { again, QueueInUse, RedisNodes } from '../../support/redisNodes';
import { describeOnServers } from '../../support/servers';
import { until } from '../../support/until';
import { breakWhileWaiting, fullQueue } from '../../support/redisQueue';

/** Longer than a test may take: nothing here is answered by running out of time. */
const NEVER_MS = 120_000;

describeOnServers('a cluster that loses a master', () => {
  let cluster: RedisCluster;
  let nodes: RedisNodes;
  let projection: Projection;
  let node: WorkQueue;

  beforeAll(async () => {
    cluster = await RedisCluster.start();
  });
  afterAll(() => cluster.stop());

  beforeEach(async () => {
    await until(() => cluster.isWhole());
    nodes = new RedisNodes();
    projection = await cluster.projection(NEVER_MS);
    node = nodes.node(projection);
  });
  afterEach(() => nodes.dispose());

  it('goes on with the queues of the others, and rebuilds those of the lost one when it is back', async () => {
    const queues = [0, 1, 2].map((number) => new QueueInUse(cluster.queueOn(number)));
    const [lost, ...others] = queues as [QueueInUse, ...QueueInUse[]];
    const leases: (LeaseId | undefined)[] = [];
    for (const queue of queues) leases.push(await queue.fill(node));

    await cluster.master(0).server.kill();
    await until(async () => (await refusal(node, lost)) instanceof ProjectionUnavailable);
    for (const [i, other] of others.entries()) {
      await other.expectNothingLost(node, leases[i + 1]);
      await other.add(node, 11);
    }

    await cluster.master(0).server.restart();
    await lost.expectNothingLost(node, leases[0]);
  });

  it('is stale there when it is back and empty', async () => {
    const id = cluster.queueOn(1);
    const queue = await fullQueue(projection, id.serviceId);
    const { identity } = await projection.identity(id);
    await cluster.master(1).server.restart();
    const reserve = () => projection.round(id, queue.epoch, [op.reserve]);
    expect(await again(reserve)).toEqual(stale(null));
    expect((await again(() => projection.identity(id))).identity).not.toBe(identity);
  });

  it('does not send again what waited for an answer when the connection broke', async () => {
    const id = cluster.queueOn(1);
    const queue = await fullQueue(projection, id.serviceId);
    await breakWhileWaiting(cluster.master(1).aside, () => queue.ask(op.reserve));
    expect(await again(() => queue.ask(op.reserve))).toMatchObject({ index: 11 });
  });

  it('is answered at once for slots that nobody holds', async () => {
    const queue = new QueueInUse(cluster.queueOn(2));
    await queue.fill(node);
    await cluster.dropSlotOf(queue.id);
    await expect(node.info(queue.id)).rejects.toThrow(ProjectionUnavailable);
    await expect(projection.identity(queue.id)).rejects.toThrow(/^Redis: CLUSTERDOWN/);
    await cluster.takeSlotOf(queue.id, cluster.master(2));
    expect(await again(() => node.info(queue.id))).toMatchObject({ published: 10 });
  });

  it('knows no script on a node that was flushed of them, and gives it to that node', async () => {
    const queue = new QueueInUse(cluster.queueOn(2));
    await queue.fill(node);
    await cluster.master(2).aside.script('FLUSH');
    expect(await queue.add(node, 11)).toBe(true);
  });
});

/** What a call of the queue is answered; null: it went well. */
const refusal = (node: WorkQueue, queue: QueueInUse): Promise<unknown> =>
  node.info(queue.id).then(
    () => null,
    (error: unknown) => error,
  );
