import { execFile } from 'node:child_process';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { connect } from 'amqplib';
import { freePort } from '../../test/support/freePort';
import type { Daemon } from './daemon';
import { KILL_ALL, newFolder, startDaemon } from './daemon';
import { requirePackage } from './debian';

/** Debian's own script: the one in the path changes to the user rabbitmq and its folders. */
const BIN = '/usr/lib/rabbitmq/bin';

export interface RabbitMq extends Daemon {
  readonly url: string;
  readonly version: string;
  /** By name, as the server lists it. */
  queueType(name: string): Promise<string>;
}

/** A node of its own, with its own name, ports, folders and port mapper. */
export async function startRabbitMq(): Promise<RabbitMq> {
  requirePackage('rabbitmq-server', () => existsSync(join(BIN, 'rabbitmq-server')));
  const folder = newFolder('rabbitmq');
  const port = await freePort();
  const env = {
    HOME: folder, // the cookie is there
    ERL_EPMD_PORT: String(await freePort()),
    ERL_EPMD_ADDRESS: '127.0.0.1',
    RABBITMQ_NODENAME: `bench-${String(port)}@localhost`,
    RABBITMQ_NODE_IP_ADDRESS: '127.0.0.1',
    RABBITMQ_NODE_PORT: String(port),
    RABBITMQ_DIST_PORT: String(await freePort()),
    RABBITMQ_MNESIA_BASE: join(folder, 'data'),
    RABBITMQ_LOG_BASE: join(folder, 'log'),
    RABBITMQ_CONF_ENV_FILE: join(folder, 'none'),
    RABBITMQ_CONFIG_FILE: join(folder, 'none'),
    RABBITMQ_ENABLED_PLUGINS_FILE: join(folder, 'plugins'),
    RABBITMQ_PID_FILE: join(folder, 'pid'),
  };
  mkdirSync(env.RABBITMQ_LOG_BASE);
  writeFileSync(env.RABBITMQ_ENABLED_PLUGINS_FILE, '[].\n');
  const url = `amqp://127.0.0.1:${String(port)}`;
  let version = '';
  // The port mapper would leave the group if the node started it.
  const mapper = 'epmd & until epmd -names; do sleep 0.1; done';
  const command = ['sh', '-c', `${mapper}; exec ${BIN}/rabbitmq-server`];
  const daemon = await startDaemon(folder, KILL_ALL, command, env, async () => {
    const connection = await connect(url);
    version = connection.connection.serverProperties.version;
    await connection.close();
  });
  return {
    ...daemon,
    url,
    version,
    async queueType(name) {
      const list = ['list_queues', 'name', 'type', '--quiet', '--no-table-headers'];
      const { stdout } = await promisify(execFile)(join(BIN, 'rabbitmqctl'), list, {
        env: { ...process.env, ...env },
      });
      const rows = stdout.split('\n').map((row) => row.split('\t'));
      return rows.find(([queue]) => queue === name)?.[1] ?? 'not there';
    },
  };
}
