import { format } from 'node:util';
import { Loggers } from 'moleculer';

interface Bindings {
  readonly mod: string;
}

const LEVELS = ['fatal', 'error', 'warn', 'info', 'debug', 'trace'] as const;
export type LogLevel = (typeof LEVELS)[number];

/** Moleculer's log up to a level, on stderr: stdout is for what the command answers. */
export class StderrLog extends Loggers.Base<object> {
  private silent = true;

  constructor(private readonly least: LogLevel) {
    super();
  }

  /** Until then the command itself tells what happened, except for what ends the process. */
  speak(): void {
    this.silent = false;
  }

  override getLogHandler({ mod }: Bindings) {
    const shown: readonly string[] = LEVELS.slice(0, LEVELS.indexOf(this.least) + 1);
    return (level: string, args: unknown[]): void => {
      if ((this.silent && level !== 'fatal') || !shown.includes(level)) return;
      // Before it speaks, a missing package is what ends the process, and the text says which: no stack.
      const told = this.silent ? args.filter((arg) => typeof arg === 'string') : args;
      process.stderr.write(`${level} ${mod}: ${format(...told)}\n`);
    };
  }
}
