import type { ChildProcess } from 'node:child_process';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

const register = join(__dirname, '..', '..', 'support', 'swcRegister.cjs');

const running = new Set<ChildProcess>();
// A test that fails half-way must not leave a process behind that holds its folder.
afterEach(() => running.forEach((child) => child.kill('SIGKILL')));

export interface Child {
  readonly pid: number;
  /** The next line it prints. Throws with what it wrote to stderr if it ends before. */
  line(): Promise<string>;
  /** Kills it as a power cut would, and gives the lines that nobody has read yet. */
  kill(): Promise<string[]>;
  /** Waits for its end and gives the lines that nobody has read yet. */
  end(): Promise<string[]>;
}

/** Runs a TypeScript file of this folder in a process of its own. `limit`: of the shell, see ulimit. */
export function startChild(script: string, args: readonly string[], limit?: string): Child {
  const command = [process.execPath, '-r', register, join(__dirname, script), ...args];
  const child = limit
    ? spawn('sh', ['-c', `ulimit ${limit}; exec "$@"`, 'sh', ...command])
    : spawn(command[0]!, command.slice(1));
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  let stderr = '';
  child.stderr.on('data', (text: Buffer) => (stderr += text.toString()));
  running.add(child);
  const ended = once(child, 'close').finally(() => running.delete(child));

  const rest = async (): Promise<string[]> => {
    const left: string[] = [];
    for (let next = await lines.next(); next.done !== true; next = await lines.next()) {
      left.push(next.value);
    }
    await ended;
    return left;
  };

  return {
    pid: pidOf(child),
    async line() {
      const next = await lines.next();
      if (next.done === true) throw new Error(`${script} ended early: ${stderr}`);
      return next.value;
    },
    kill() {
      child.kill('SIGKILL');
      return rest();
    },
    end: rest,
  };
}

function pidOf(child: ChildProcess): number {
  if (child.pid === undefined) throw new Error('The process did not start');
  return child.pid;
}
