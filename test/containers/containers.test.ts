import { createHash, randomBytes } from 'node:crypto';
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { composeServers, migrateCassandra } from '../../src';
import type { QueueId } from '../../src/domain';
import { newKeyspace, optionsOf } from '../support/cassandra/keyspace';
import { freePort } from '../support/freePort';
import { cassandraInContainer, redisInContainer } from '../support/servers/containers';
import { until } from '../support/until';
import { run, startEngine } from '../support/engine';

/** docker-compose.yml, the Dockerfile and testcontainers, on a real engine. */
const PROJECT = join(__dirname, '../..');
const BUILD_MS = 900_000;
const START_MS = 300_000;

const engine = startEngine();
if (!engine) process.stderr.write('SKIPPED, for want of a Docker engine: containers\n');
// Said above: nothing of this can run without an engine.
const describeOnEngine = engine ? describe : describe.skip;

describeOnEngine('containers', () => {
  const env = { ...engine?.env };
  const folder = mkdtempSync(join(tmpdir(), 'queue-compose-'));
  const token = 'a-token-of-the-test';
  let port: number;
  let composeCommand: readonly string[];

  const compose = (...args: string[]): Promise<string> => {
    const [command = '', ...first] = composeCommand;
    const file = ['--project-name', 'queue-test', '--file', join(PROJECT, 'docker-compose.yml')];
    return run(command, [...first, ...file, ...args], {
      ...env,
      SECRETS: folder,
      PORT: String(port),
    });
  };
  const docker = (...args: string[]): Promise<string> => run('docker', args, env);

  beforeAll(async () => {
    Object.assign(process.env, env); // testcontainers looks here
    await docker('build', '--network', 'host', '--tag', 'imicros-flow-worker', PROJECT);
    port = await freePort();
    const plugin = await docker('compose', 'version').catch(() => null);
    composeCommand = plugin === null ? ['docker-compose'] : ['docker', 'compose'];
    chmodSync(folder, 0o755); // the service is another user
    const keys = [{ id: 'k1', key: randomBytes(32).toString('base64') }];
    const sha256 = createHash('sha256').update(token).digest('hex');
    writeFileSync(join(folder, 'master-keys.json'), JSON.stringify(keys));
    writeFileSync(join(folder, 'tokens.json'), JSON.stringify([{ sha256, ownerId: 'acme' }]));
  }, BUILD_MS);

  afterAll(async () => {
    await compose('down', '--volumes', '--timeout', '5');
    rmSync(folder, { recursive: true, force: true });
    engine?.stop();
  }, START_MS);

  const isReady = async (): Promise<boolean> => {
    const response = await fetch(`http://127.0.0.1:${String(port)}/health/ready`).catch(() => null);
    return response?.status === 200;
  };
  const queue = async (path: string, body?: object): Promise<unknown> => {
    const response = await fetch(`http://127.0.0.1:${String(port)}/api/queue/mail/${path}`, {
      ...(body === undefined ? {} : { method: 'POST', body: JSON.stringify(body) }),
      headers: { Authorization: `Bearer ${token}`, 'Content-Type': 'application/json' },
    });
    return response.status === 204 ? null : response.json();
  };

  test(
    'compose: up, a task through, down, up: what was added is there, what was acked is not',
    async () => {
      await compose('up', '--detach');
      await until(isReady, START_MS);
      expect(await queue('add', { value: 'first' })).toBe(true);
      expect(await queue('add', { value: 'second' })).toBe(true);
      expect(await queue('fetch?workerId=w')).toBe('first');
      expect(await queue('ack', { workerId: 'w' })).toBe(true);

      await compose('down');
      expect(await isReady()).toBe(false);
      await compose('up', '--detach');
      await until(isReady, START_MS);
      expect(await queue('fetch?workerId=w')).toBe('second');
      expect(await queue('ack', { workerId: 'w' })).toBe(true);
      expect(await queue('fetch?workerId=w')).toBeNull();
    },
    3 * START_MS,
  );

  test(
    'the image: its user is not root, its health check runs, it ends with 0 when it is told to',
    async () => {
      const id = (await compose('ps', '--quiet', 'service')).trim();
      const inspect = (format: string): Promise<string> =>
        docker('inspect', '--format', format, id).then((text) => text.trim());
      expect(await inspect('{{.Config.User}}')).toBe('node');
      expect(await docker('exec', id, 'id', '-u')).not.toBe('0\n');
      await until(async () => (await inspect('{{.State.Health.Status}}')) === 'healthy', START_MS);
      await compose('stop', 'redis');
      await until(
        async () => (await inspect('{{.State.Health.Status}}')) === 'unhealthy',
        START_MS,
      );
      await compose('start', 'redis');
      await docker('stop', '--time', '30', id);
      expect(await inspect('{{.State.ExitCode}}')).toBe('0');
    },
    START_MS,
  );

  test(
    'testcontainers: a Cassandra and a Redis of their own carry the queue',
    async () => {
      const [cassandra, redis] = await Promise.all([cassandraInContainer(), redisInContainer()]);
      if (!cassandra || !redis) throw new Error('testcontainers found no engine or no image');
      try {
        const options = optionsOf(cassandra, newKeyspace());
        await migrateCassandra(options);
        const key = randomBytes(32);
        const composition = await composeServers({
          cassandra: options,
          redis: { url: redis.url },
          keys: async () => ({ id: 'k1', key }),
        });
        const queue = { ownerId: 'A', serviceId: 's' } as QueueId;
        await composition.queue.add(queue, { value: 'in a container' });
        expect(await composition.queue.info(queue)).toMatchObject({ published: 1 });
        await composition.close();
      } finally {
        await Promise.all([cassandra.stop(), redis.stop()]);
      }
    },
    START_MS,
  );
});
