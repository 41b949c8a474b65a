import type { PgBoss } from 'pg-boss' with { 'resolution-mode': 'import' };
import { VALUE } from '../value';
import type { BenchQueue } from '../benchQueue';
import type { Contender } from './contender';
import { untilTaken } from './contender';

interface Data {
  readonly value: string;
}

export const pgBoss: Contender = {
  name: 'pg-boss',
  family: 'pg-boss',
  async open(servers) {
    const { url, pid, settings } = await servers.postgres();
    const { PgBoss } = await import('pg-boss');
    const boss = new PgBoss(url);
    boss.on('error', (error) => process.stderr.write(`pg-boss: ${String(error)}\n`));
    await boss.start();
    let queues = 0;
    return {
      configuration:
        `PostgreSQL ${settings.server_version}, fsync ${settings.fsync}, synchronous_commit ` +
        `${settings.synchronous_commit}; send, fetch, complete; its pool of 10 connections`,
      pids: [pid],
      async newQueue() {
        const name = `queue-${String(++queues)}`;
        await boss.createQueue(name);
        return new PgBossQueue(boss, name);
      },
      close: () => boss.stop({ graceful: false }),
    };
  },
};

class PgBossQueue implements BenchQueue {
  constructor(
    private readonly boss: PgBoss,
    private readonly name: string,
  ) {}

  async add(): Promise<void> {
    if ((await this.boss.send(this.name, { value: VALUE })) === null)
      throw new Error('a job was not sent');
  }

  async takeAndFinish(): Promise<void> {
    const job = await untilTaken(async () => (await this.boss.fetch<Data>(this.name))[0]);
    if (job.data.value !== VALUE) throw new Error('a job does not carry what was sent');
    await this.boss.complete(this.name, job.id);
  }
}
