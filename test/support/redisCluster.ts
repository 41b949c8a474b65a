import { Command, type Redis } from 'ioredis';
import type { Projection, QueueId } from '../../src/domain';
import { checkServers } from '../../src/projections/redis/checkServers';
import { targetOf } from '../../src/projections/redis/address';
import { clusterClient } from '../../src/projections/redis/clients';
import { keysOf } from '../../src/projections/redis/keys';
import { redisProjection } from '../../src/projections/redis/redisProjection';
import { clientOf, PREFIX, queueNamed } from './redisQueue';
import type { RedisServer } from './redisServer';
import { startRedis } from './redisServer';
import { freePort } from './freePort';
import { until } from './until';

const MASTERS = 3;
const SLOTS = 16_384;
const ARGS = [
  ...['--cluster-enabled', 'yes', '--cluster-node-timeout', '1000'],
  // Else all of them stop while one is away.
  ...['--cluster-require-full-coverage', 'no'],
];

export interface Master {
  readonly server: RedisServer;
  /** Where it meets the others. */
  readonly busPort: number;
  /** A connection to look at it and to do things to it. */
  readonly aside: Redis;
  readonly nodeId: string;
}

/** Three masters on this machine, a third of the slots each. */
export class RedisCluster {
  private queues = 0;

  private constructor(readonly masters: readonly Master[]) {}

  static async start(args: readonly string[] = []): Promise<RedisCluster> {
    const masters: Master[] = [];
    for (let i = 0; i < MASTERS; i++) masters.push(await startMaster(args));
    const cluster = new RedisCluster(masters);
    await cluster.join();
    return cluster;
  }

  /** The address of each, comma between. */
  get url(): string {
    return this.masters.map(({ server }) => server.url).join(',');
  }

  master(number: number): Master {
    const master = this.masters[number];
    if (!master) throw new Error(`no master ${String(number)}`);
    return master;
  }

  /** A queue that nobody has used and that master holds. */
  queueOn(number: number): QueueId {
    for (;;) {
      const queue = queueNamed(`queue ${String(++this.queues)}`);
      if (Math.floor((slotOf(queue) * MASTERS) / SLOTS) === number) return queue;
    }
  }

  async projection(commandTimeoutMs = 5000): Promise<Projection> {
    const client = clusterClient(targetOf({ url: this.url }, true), commandTimeoutMs);
    await checkServers(client, 10_000);
    return redisProjection(client, { prefix: PREFIX });
  }

  /** From here on the slot is on its way: what is on the new master is imported. */
  async beginMove(slot: number, from: Master, to: Master): Promise<void> {
    await to.aside.call('CLUSTER', 'SETSLOT', slot, 'IMPORTING', from.nodeId);
    await from.aside.call('CLUSTER', 'SETSLOT', slot, 'MIGRATING', to.nodeId);
  }

  async moveKeys(slot: number, from: Master, to: Master, max = 1000): Promise<void> {
    const keys = await from.aside.cluster('GETKEYSINSLOT', slot, max);
    const { port } = to.server;
    if (keys.length > 0) {
      await from.aside.call('MIGRATE', '127.0.0.1', port, '', 0, 5000, 'KEYS', ...keys);
    }
  }

  async endMove(slot: number, to: Master): Promise<void> {
    const others = this.masters.filter((master) => master !== to);
    for (const { aside } of [to, ...others]) {
      await aside.call('CLUSTER', 'SETSLOT', slot, 'NODE', to.nodeId);
    }
  }

  /** As if it had never begun. */
  async abortMove(slot: number, from: Master, to: Master): Promise<void> {
    await from.aside.call('CLUSTER', 'SETSLOT', slot, 'STABLE');
    await this.moveKeys(slot, to, from);
    await to.aside.call('CLUSTER', 'SETSLOT', slot, 'STABLE');
  }

  /** Nobody holds its slot. */
  async dropSlotOf(queue: QueueId): Promise<void> {
    for (const { aside } of this.masters) await aside.cluster('DELSLOTS', slotOf(queue));
  }

  async takeSlotOf(queue: QueueId, master: Master): Promise<void> {
    await master.aside.cluster('ADDSLOTS', slotOf(queue));
  }

  async stop(): Promise<void> {
    for (const { server, aside } of this.masters) {
      aside.disconnect();
      await server.stop();
    }
  }

  /** Everything is there, and each says so. */
  async isWhole(): Promise<boolean> {
    const states = await Promise.all(this.masters.map(({ aside }) => aside.cluster('INFO')));
    return states.every(
      (state) =>
        state.includes('cluster_state:ok') && state.includes(`cluster_slots_ok:${String(SLOTS)}`),
    );
  }

  private async join(): Promise<void> {
    for (const [i, { aside }] of this.masters.entries()) {
      const first = Math.ceil((i * SLOTS) / MASTERS);
      const last = Math.ceil(((i + 1) * SLOTS) / MASTERS) - 1;
      await aside.call('CLUSTER', 'ADDSLOTSRANGE', first, last);
      await aside.call('CLUSTER', 'SET-CONFIG-EPOCH', i + 1);
    }
    for (const { aside } of this.masters) {
      for (const { server, busPort } of this.masters) {
        await aside.call('CLUSTER', 'MEET', '127.0.0.1', server.port, busPort);
      }
    }
    await until(() => this.isWhole());
  }
}

/** The slot of all keys of a queue. */
export const slotOf = (queue: QueueId): number =>
  new Command('exists', [keysOf(PREFIX, queue).all[0]]).getSlot();

async function startMaster(args: readonly string[]): Promise<Master> {
  const busPort = await freePort();
  const server = await startRedis([...ARGS, '--cluster-port', String(busPort), ...args]);
  const aside = await clientOf(server.url);
  return { server, busPort, aside, nodeId: await aside.cluster('MYID') };
}
