import { spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const EXIT_NO_ENGINE = 3;

export interface Engine {
  /** What the commands and testcontainers need to find it. */
  readonly env: NodeJS.ProcessEnv;
  /** Ends it, if it was started for this run. */
  stop(): void;
}

/** null: none can run here; why stands on stderr. Takes a minute where Debian's has to be installed. */
export function startEngine(): Engine | null {
  const folder = mkdtempSync(join(tmpdir(), 'queue-engine-'));
  const script = join(__dirname, 'engine.sh');
  const { status, stdout } = spawnSync(script, [folder], {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  if (status !== 0 && status !== EXIT_NO_ENGINE) {
    throw new Error(`${script} ended with ${String(status)}`);
  }
  if (status === EXIT_NO_ENGINE) {
    rmSync(folder, { recursive: true, force: true });
    return null;
  }
  const host = stdout.trim();
  return {
    env: {
      ...process.env,
      ...(host === '' ? {} : { DOCKER_HOST: host }),
      // The images may be stand-ins, and their helper's cannot be pulled then.
      TESTCONTAINERS_RYUK_DISABLED: 'true',
      TESTCONTAINERS_HOST_OVERRIDE: '127.0.0.1',
    },
    stop: () => {
      if (!host.includes(folder)) return;
      const pid = Number(readFileSync(join(folder, 'pid'), 'utf8'));
      process.kill(pid, 'SIGTERM');
      spawnSync('tail', [`--pid=${String(pid)}`, '-f', '/dev/null']);
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** Runs a command to its end and gives what it printed. Rejects with the end of what it said. */
export function run(
  command: string,
  args: readonly string[],
  env: NodeJS.ProcessEnv,
): Promise<string> {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { env, stdio: ['ignore', 'pipe', 'pipe'] });
    let said = '';
    let printed = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      printed += text;
      said += text;
    });
    child.stderr.setEncoding('utf8').on('data', (text: string) => (said += text));
    child.on('error', reject);
    child.on('close', (code) => {
      if (code === 0) resolve(printed);
      else {
        const line = [command, ...args].join(' ');
        reject(new Error(`${line} ended with ${String(code)}:\n${said.slice(-3000)}`));
      }
    });
  });
}
