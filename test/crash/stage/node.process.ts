import { rmSync } from 'node:fs';
import { createInterface } from 'node:readline';
import type { Errors } from 'moleculer';
import { ServiceBroker } from 'moleculer';
import type { Servers } from '../../../src';
import { masterKeys, QueueService } from '../../../src';
import type { ComposeOptions, Composition } from '../../../src/compose';
import type { Limits } from '../../../src/compose/compose';
import { askedFor, compose, LIMITS } from '../../../src/compose/compose';
import { openCassandraLog } from '../../../src/log/cassandra';
import { openRedisProjection } from '../../../src/projections/redis';
import type { Dies } from './failPoints';
import { dying } from './failPoints';
import type { Answer, Asked } from './wire';
import { answerCalls } from './wire';

/** A node with the queue service, which takes calls at a socket; ends when its standard input does. */

export interface NodeOptions {
  readonly socket: string;
  readonly servers: Servers;
  readonly key: string;
  readonly limits: Partial<Limits>;
}

const JOBS = {
  recover: '*/2 * * * * *',
  sweep: '*/3 * * * * *',
  closeSegments: '*/5 * * * * *',
};

async function main(): Promise<void> {
  const { socket, servers, key, limits } = JSON.parse(process.argv[2] ?? '') as NodeOptions;
  let dies: Dies | null = null;
  const composed = async (options: ComposeOptions): Promise<Composition> => {
    const { appendBudgetMs } = { ...LIMITS, ...limits };
    const log = await openCassandraLog({ appendBudgetMs, ...servers.cassandra });
    const projection = await openRedisProjection(servers.redis);
    if (options.keys === 'keyring') throw new Error('nodes share their keys');
    const ports = dying({ log, projection }, () => dies);
    return compose(ports.log, ports.projection, askedFor(options.keys, options), options.limits);
  };
  const broker = new ServiceBroker({ logger: false });
  const keys = masterKeys([{ id: 'k1', key }]);
  broker.createService(QueueService({ keys, limits, jobs: JOBS, compose: composed }));
  await broker.start();

  const answer = async ({ action, params, ownerId }: Asked): Promise<Answer> => {
    try {
      return { ok: await broker.call(`worker.queue.${action}`, params, { meta: { ownerId } }) };
    } catch (error) {
      const { type, name } = error as Partial<Errors.MoleculerError>;
      return { error: type ?? name ?? String(error) };
    }
  };
  rmSync(socket, { force: true });
  await answerCalls(socket, answer);
  process.stdout.write('ready\n');
  createInterface({ input: process.stdin })
    .on('line', (line) => (dies = JSON.parse(line) as Dies))
    .on('close', () => process.exit());
}

void main();
