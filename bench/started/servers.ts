import type { RedisServer } from '../../test/support/redisServer';
import { startRedis } from '../../test/support/redisServer';
import type { Postgres } from './postgres';
import { startPostgres } from './postgres';
import type { RabbitMq } from './rabbitMq';
import { startRabbitMq } from './rabbitMq';
import type { CommitLog, ServersQueue } from './serversQueue';
import { startServersQueue } from './serversQueue';

interface Stoppable {
  stop(): Promise<void>;
}

/** What the contenders of a run share: each is started when it is first asked for, all end with the run. */
export class Servers {
  private readonly started = new Map<string, Promise<Stoppable>>();

  ours(commitLog: CommitLog): Promise<ServersQueue> {
    return this.once(`Cassandra, commit log ${commitLog}, and Redis`, () =>
      startServersQueue(commitLog),
    );
  }

  redis(use: string, args: readonly string[]): Promise<RedisServer> {
    return this.once(`Redis for ${use}`, () => startRedis(args));
  }

  rabbitMq(): Promise<RabbitMq> {
    return this.once('RabbitMQ', startRabbitMq);
  }

  postgres(): Promise<Postgres> {
    return this.once('PostgreSQL', startPostgres);
  }

  async stop(): Promise<void> {
    const all = await Promise.allSettled(this.started.values());
    for (const server of all) if (server.status === 'fulfilled') await server.value.stop();
  }

  private once<Server extends Stoppable>(
    name: string,
    start: () => Promise<Server>,
  ): Promise<Server> {
    let server = this.started.get(name) as Promise<Server> | undefined;
    if (server === undefined) {
      process.stderr.write(`starting ${name} ...\n`);
      server = start();
      this.started.set(name, server);
    }
    return server;
  }
}
