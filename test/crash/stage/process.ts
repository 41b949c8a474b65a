import type { ChildProcess } from 'node:child_process';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

const ROOT = join(__dirname, '../../..');

/** A process of a run, which ends with it. */
export interface OwnProcess {
  readonly child: ChildProcess;
  readonly ended: Promise<unknown>;
  /** Its next line. */
  line(): Promise<string>;
  onLine(take: (line: string) => void): void;
  kill(): Promise<void>;
  /** Lets it finish. */
  stop(): Promise<void>;
}

export function startProcess(
  file: string,
  options: object,
  env: Readonly<Record<string, string>> = {},
): OwnProcess {
  const child = spawn(
    process.execPath,
    ['-r', './test/support/swcRegister.cjs', join(__dirname, file), JSON.stringify(options)],
    { cwd: ROOT, env: { ...process.env, ...env }, stdio: ['pipe', 'pipe', 'inherit'] },
  );
  const ended = once(child, 'close');
  child.stdin.on('error', () => undefined); // it has ended
  const lines = createInterface({ input: child.stdout });
  return {
    child,
    ended,
    line: async () => {
      const early = ended.then(() => Promise.reject(new Error(`${file} ended before its line`)));
      early.catch(() => undefined);
      const [text] = (await Promise.race([once(lines, 'line'), early])) as [string];
      return text;
    },
    onLine: (take) => void lines.on('line', take),
    async kill() {
      child.kill('SIGKILL');
      await ended;
    },
    async stop() {
      child.stdin.end();
      await ended;
    },
  };
}
