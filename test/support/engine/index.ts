import { spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const EXIT_NOT_HERE = 3;

export interface Engine {
  /** What the commands and testcontainers need to find it. */
  readonly env: NodeJS.ProcessEnv;
  /** Ends it, if it was started for this run. */
  stop(): void;
}

/**
 * An engine with the images that are needed; null: none can run here, and why stands on stderr. Takes some
 * minutes where engine and images have to be made of Debian's packages.
 */
export function startEngine(): Engine | null {
  const folder = mkdtempSync(join(tmpdir(), 'queue-engine-'));
  const stop = (): void => {
    const pidFile = join(folder, 'pid');
    if (existsSync(pidFile)) {
      const pid = readFileSync(pidFile, 'utf8').trim();
      process.kill(Number(pid), 'SIGTERM');
      spawnSync('tail', [`--pid=${pid}`, '-f', '/dev/null']);
      spawnSync('umount', [join(folder, 'exec/netns/default')]); // it leaves this one mounted
    }
    rmSync(folder, { recursive: true, force: true });
  };
  try {
    const host = ran('engine.sh', [folder], process.env)?.trim();
    const env = {
      ...process.env,
      ...(host === undefined || host === '' ? {} : { DOCKER_HOST: host }),
      // The images may be stand-ins, and their helper's cannot be pulled then.
      TESTCONTAINERS_RYUK_DISABLED: 'true',
      TESTCONTAINERS_HOST_OVERRIDE: '127.0.0.1',
    };
    if (host !== undefined && ran('images.sh', [], env) !== null) return { env, stop };
  } catch (error) {
    stop();
    throw error;
  }
  stop();
  return null;
}

/** What a script of this folder printed; null: it says that nothing of this can run here. */
function ran(name: string, args: readonly string[], env: NodeJS.ProcessEnv): string | null {
  const script = join(__dirname, name);
  const { status, stdout } = spawnSync(script, args, {
    env,
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  if (status === 0) return stdout;
  if (status === EXIT_NOT_HERE) return null;
  throw new Error(`${script} ended with ${String(status)}`);
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
