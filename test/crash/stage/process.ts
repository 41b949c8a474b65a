import type { ChildProcess } from 'node:child_process';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { tmpdir } from 'node:os';
import { extname, join } from 'node:path';
import { createInterface } from 'node:readline';

/** Built in `npm run crash`, as sources in a test. */
const KIND = extname(__filename);
const COMPILER = KIND === '.ts' ? ['-r', './test/support/swcRegister.cjs'] : [];

/** Of compiled code: starts take a third less. */
const CACHE = join(tmpdir(), 'flow-crash-compiled');

/** A process of a run, which ends with it. */
export interface OwnProcess {
  readonly child: ChildProcess;
  readonly ended: Promise<unknown>;
  /** Its next line. */
  line(): Promise<string>;
  /** As a line at its standard input. */
  tell(what: object): void;
  onLine(take: (line: string) => void): void;
  kill(): Promise<void>;
  /** Lets it finish. */
  stop(): Promise<void>;
}

export function startProcess(file: string, options: object): OwnProcess {
  const child = spawn(
    process.execPath,
    [...COMPILER, join(__dirname, `${file}.process${KIND}`), JSON.stringify(options)],
    { env: { NODE_COMPILE_CACHE: CACHE, ...process.env }, stdio: ['pipe', 'pipe', 'inherit'] },
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
    tell: (what) => void child.stdin.write(`${JSON.stringify(what)}\n`),
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
