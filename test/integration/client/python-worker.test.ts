import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { until } from '../../support/until';
import { Served } from './served';

/** examples/worker.py as it stands, with a gateway of the embedded service. */
const EXAMPLE = join(__dirname, '../../../examples/worker.py');
const served = new Served();

beforeAll(async () => {
  const { error, status } = spawnSync('python3', ['--version']);
  if (error !== undefined || status !== 0)
    throw new Error('examples/worker.py needs python3 on the PATH: install Python 3');
  await served.start();
});
afterAll(() => served.stop());

async function isDone(serviceId: string): Promise<boolean> {
  const { INDEX, waiting, leased } = await served.client('a broker').info({ serviceId });
  return INDEX !== '0' && waiting === 0 && leased === 0;
}

function startExample(serviceId: string) {
  const child = spawn('python3', [EXAMPLE, serviceId, 'python-1'], {
    env: { ...process.env, QUEUE_URL: served.url, QUEUE_TOKEN: 'token-a' },
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  const closed = once(child, 'close') as Promise<[code: number | null]>;
  let stderr = '';
  child.stderr.on('data', (text: Buffer) => (stderr += text.toString()));
  return {
    /** Its exit code and what it said. */
    async stop(): Promise<[code: number | null, stderr: string]> {
      child.kill('SIGTERM');
      const [code] = await closed;
      return [code, stderr];
    },
  };
}

test('tasks are done, one that fails is confirmed with its error, and a signal ends it', async () => {
  const serviceId = 'python a/b';
  const client = served.client('a broker');
  const values = [{ name: 'Ann' }, { nobody: true }, { name: 'Bob' }];
  for (const [token, value] of values.entries()) await client.add({ serviceId, value, token });
  const example = startExample(serviceId);
  try {
    await until(() => isDone(serviceId));
    expect(served.completed).toEqual([
      { token: 0, result: { greeting: 'Hello Ann' } },
      { token: 1, error: { name: 'KeyError', message: "'name'" } },
      { token: 2, result: { greeting: 'Hello Bob' } },
    ]);
  } finally {
    expect(await example.stop()).toEqual([0, '']);
  }
});

test('a gateway that is gone for a while is waited for', async () => {
  const serviceId = 'python again';
  const client = served.client('a broker');
  await served.stopGateway();
  const example = startExample(serviceId);
  try {
    await client.add({ serviceId, value: { name: 'Ann' } });
    // Long enough for it to have asked in vain.
    await wait(1_500);
    await served.startGateway();
    await until(() => isDone(serviceId));
  } finally {
    expect(await example.stop()).toEqual([0, '']);
  }
});
