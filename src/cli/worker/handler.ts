import type { ChildProcess, ChildProcessWithoutNullStreams } from 'node:child_process';
import { spawn } from 'node:child_process';
import { CommandFailed } from '../commandFailed';

/** How a handler ended. */
export interface Ended {
  /** null: a signal ended it. */
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  /** There was more than is kept. */
  readonly isCut: boolean;
  /** The end of what it said. */
  readonly stderr: string;
  /** It was killed, since its time was over. */
  readonly isLate: boolean;
}

interface Run {
  /** The program and its arguments. */
  readonly command: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  readonly input: string;
  /** By performance.now(): then it is killed, with all it has started. */
  readonly deadlineMs: number;
  readonly stdoutBytesMax: number;
}

const STDERR_BYTES_MAX = 4096;
/** What it has written arrives within this after its exit. */
const LAST_OUTPUT_MS = 1_000;

const running = new Set<ChildProcess>();
// However this process ends by itself, no handler outlives it.
process.on('exit', () => running.forEach(kill));

/**
 * Runs a program for one task. It leads a process group of its own: Ctrl+C in a terminal stops the worker only,
 * which lets it finish, and what it has started is killed with it. Rejects with CommandFailed if it cannot be run.
 */
export async function runHandler(run: Run): Promise<Ended> {
  const { command, env, input, deadlineMs, stdoutBytesMax } = run;
  const [program = '', ...args] = command;
  const child = spawn(program, args, { env: { ...process.env, ...env }, detached: true });
  running.add(child);
  const stdout = new Kept(stdoutBytesMax);
  let stderr = Buffer.alloc(0);
  let isLate = false;
  child.stdout.on('data', (chunk: Buffer) => stdout.add(chunk));
  child.stderr.on('data', (chunk: Buffer) => {
    process.stderr.write(chunk);
    stderr = Buffer.concat([stderr, chunk]).subarray(-STDERR_BYTES_MAX);
  });
  child.stdin.on('error', () => undefined); // it need not read its task
  child.stdin.end(input);
  const late = setTimeout(
    () => {
      isLate = true;
      kill(child);
    },
    Math.max(0, deadlineMs - performance.now()),
  );
  try {
    const [code, signal] = await exitOf(child, program);
    return {
      code,
      signal,
      stdout: stdout.text(),
      isCut: stdout.isCut,
      stderr: stderr.toString(),
      isLate,
    };
  } finally {
    clearTimeout(late);
    running.delete(child);
  }
}

/** The first bytes of an output. */
class Kept {
  private readonly chunks: Buffer[] = [];
  private bytes = 0;
  isCut = false;

  constructor(private readonly bytesMax: number) {}

  add(chunk: Buffer): void {
    const fits = chunk.subarray(0, this.bytesMax - this.bytes);
    if (fits.length < chunk.length) this.isCut = true;
    this.bytes += fits.length;
    this.chunks.push(fits);
  }

  text(): string {
    return Buffer.concat(this.chunks).toString();
  }
}

type Exit = readonly [code: number | null, signal: NodeJS.Signals | null];

function exitOf(child: ChildProcessWithoutNullStreams, program: string): Promise<Exit> {
  return new Promise((resolve, reject) => {
    child.once('error', (error: NodeJS.ErrnoException) => {
      reject(
        new CommandFailed(
          `${program} cannot be run (${error.code ?? error.message}). Name a program that this user may run behind --; ` +
            'a line for a shell is: -- sh -c "...".',
        ),
      );
    });
    child.once('close', (code, signal) => resolve([code, signal]));
    // What it has started ends with it; what has left its group could still hold the output open.
    child.once('exit', () => {
      kill(child);
      setTimeout(() => {
        child.stdout.destroy();
        child.stderr.destroy();
      }, LAST_OUTPUT_MS).unref();
    });
  });
}

/** The group, in which also that may run what the handler has started. */
function kill({ pid }: ChildProcess): void {
  if (pid === undefined) return;
  try {
    process.kill(-pid, 'SIGKILL');
  } catch {
    // all of it has ended
  }
}
