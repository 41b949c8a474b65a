import { format } from 'node:util';
import { Loggers } from 'moleculer';

interface Bindings {
  readonly mod: string;
}

const SHOWN = ['fatal', 'error', 'warn'];

/** Moleculer's log from `warn` up, on stderr: stdout is for what the command answers. */
export class StderrLog extends Loggers.Base<object> {
  private silent = true;

  /** Until then the command itself tells what happened. */
  speak(): void {
    this.silent = false;
  }

  override getLogHandler({ mod }: Bindings) {
    return (level: string, args: unknown[]): void => {
      if (this.silent || !SHOWN.includes(level)) return;
      process.stderr.write(`${level} ${mod}: ${format(...args)}\n`);
    };
  }
}
