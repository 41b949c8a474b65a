import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

const ROOT = join(__dirname, '../..');

/** The line that `start --json` prints. */
export interface Ready {
  readonly url: string;
  readonly token: string;
  readonly operatorToken: string;
  readonly serviceId: string;
  readonly dataDir: string;
}

export interface ServiceProcess extends Ready {
  /** Ends it as a crash does. */
  kill(): Promise<void>;
  /** Ends it as an operator does, and answers the exit code. */
  stop(): Promise<number | null>;
}

/** The command `start` in a process of its own, on a free port. */
export async function startServiceProcess(dataDir: string): Promise<ServiceProcess> {
  const child = spawn(
    process.execPath,
    ['-r', './test/support/swcRegister.cjs', 'src/cli/main.ts', 'start', '--json'],
    {
      cwd: ROOT,
      env: { ...process.env, PORT: '0', DATA_DIR: dataDir },
      stdio: ['ignore', 'pipe', 'pipe'],
    },
  );
  const closed = once(child, 'close');
  let stderr = '';
  child.stderr.on('data', (text: Buffer) => (stderr += text.toString()));
  const [line] = (await Promise.race([
    once(createInterface({ input: child.stdout }), 'line'),
    closed.then(() => {
      throw new Error(`The service ended before it was ready: ${stderr}`);
    }),
  ])) as [string];

  const end = async (signal: NodeJS.Signals): Promise<number | null> => {
    if (child.exitCode === null && child.signalCode === null) child.kill(signal);
    await closed;
    return child.exitCode;
  };
  return {
    ...(JSON.parse(line) as Ready),
    kill: async () => {
      await end('SIGKILL');
    },
    stop: () => end('SIGTERM'),
  };
}

/** A client of the HTTP API, as an external worker would be. */
export class HttpClient {
  constructor(private readonly service: Ready) {}

  async add(value: unknown): Promise<void> {
    const response = await this.post('add', { value });
    if (response.status !== 200) throw new Error(`add: ${String(response.status)}`);
  }

  /** The task of this worker; null: none. */
  async fetch(
    workerId: string,
    timeToRecover?: number,
  ): Promise<{ value: unknown; leaseId: string } | null> {
    const response = await this.post('fetch?details=true', { workerId, timeToRecover });
    if (response.status === 204) return null;
    if (response.status !== 200) throw new Error(`fetch: ${String(response.status)}`);
    return (await response.json()) as { value: unknown; leaseId: string };
  }

  async ack(workerId: string, leaseId: string): Promise<boolean> {
    const response = await this.post('ack', { workerId, leaseId });
    if (response.status !== 200) throw new Error(`ack: ${String(response.status)}`);
    return (await response.json()) as boolean;
  }

  private post(path: string, body: unknown): Promise<Response> {
    const { url, serviceId, token } = this.service;
    return fetch(`${url}/api/queue/${serviceId}/${path}`, {
      method: 'POST',
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
  }
}
