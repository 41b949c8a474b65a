import type { ChildProcess } from 'node:child_process';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';

const ROOT = join(__dirname, '../..');

/** A run of the command line in a process of its own. */
export interface CliProcess {
  readonly child: ChildProcess;
  out(): string;
  err(): string;
  /** The exit code. */
  end(): Promise<unknown>;
  /** Resolves when what it wrote matches; rejects if it ends before. */
  written(what: RegExp, where?: 'out' | 'err'): Promise<void>;
}

/** What a command printed with --json. */
export const jsonLines = <Line>(out: string): Line[] =>
  out
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Line);

/** Runs of one test, which ends them. */
export class CliProcesses {
  private readonly started: ChildProcess[] = [];

  run(args: readonly string[], env: Readonly<Record<string, string>> = {}): CliProcess {
    const child = spawn(
      process.execPath,
      ['-r', './test/support/swcRegister.cjs', 'src/cli/main.ts', ...args],
      { cwd: ROOT, env: { ...process.env, ...env } },
    );
    this.started.push(child);
    const said = { out: '', err: '' };
    child.stdout.setEncoding('utf8').on('data', (chunk: string) => (said.out += chunk));
    child.stderr.setEncoding('utf8').on('data', (chunk: string) => (said.err += chunk));
    const closed = once(child, 'close');
    const isOver = (): boolean => child.exitCode !== null || child.signalCode !== null;
    return {
      child,
      out: () => said.out,
      err: () => said.err,
      end: async () => (await closed)[0] as unknown,
      async written(what, where = 'out') {
        while (!what.test(said[where])) {
          if (isOver()) throw new Error(`It ended: ${said.err}`);
          await new Promise((resolve) => setTimeout(resolve, 20));
        }
      },
    };
  }

  /** Runs it to its end. */
  async ended(args: readonly string[], env: Readonly<Record<string, string>> = {}) {
    const running = this.run(args, env);
    const code = await running.end();
    return { code, out: running.out(), err: running.err() };
  }

  async stop(): Promise<void> {
    for (const child of this.started.splice(0)) {
      if (child.exitCode !== null || child.signalCode !== null) continue;
      child.kill('SIGKILL');
      await once(child, 'close');
    }
  }
}
