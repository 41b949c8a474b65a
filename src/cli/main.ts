import { text } from 'node:stream/consumers';
import { isLeft } from 'fp-ts/Either';
import { QueueError } from '../domain';
import { CommandFailed } from './commandFailed';
import { readCommandLine } from './commandLine';
import { COMMANDS } from './commands';
import { paintFor } from './paint';
import { progressBar } from './progressBar';

/** Exit codes: 0 done, or stopped by a signal; 1 cannot; 2 called the wrong way. */
async function main(): Promise<number> {
  const invocation = readCommandLine(COMMANDS, process.argv.slice(2), process.env);
  if (isLeft(invocation)) {
    process.stderr.write(`${invocation.left.join('\n')}\n`);
    return 2;
  }
  if (invocation.right.type === 'help') {
    process.stdout.write(invocation.right.text);
    return 0;
  }
  await invocation.right.run({
    print: (text) => taken(text),
    say: (line) => process.stderr.write(`${line}\n`),
    bar: progressBar(process.stderr),
    input: () => text(process.stdin),
    paint: paintFor(process.stdout, process.env),
    stopped: stopAsked(),
  });
  return 0;
}

/** A second signal ends the process: whoever started other ones ends them when it exits. */
function stopAsked(): Promise<void> {
  let isAsked = false;
  return new Promise((resolve) => {
    const asked = (): void => {
      if (isAsked) process.exit(1);
      isAsked = true;
      resolve();
    };
    process.on('SIGINT', asked).on('SIGTERM', asked);
  });
}

/** What somebody can do something about needs no stack trace. */
function explain(error: unknown): string {
  if (error instanceof CommandFailed || error instanceof QueueError) return error.message;
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}

// Who reads what is printed may stop before its end.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code === 'EPIPE') process.exit(0);
  throw error;
});

/** Resolves once who reads it has it, and all before; a pipe holds little. */
const taken = (text: string): Promise<void> =>
  new Promise((resolve) => process.stdout.write(text, () => resolve()));

void main()
  .catch((error: unknown) => {
    process.stderr.write(`${explain(error)}\n`);
    return error instanceof CommandFailed ? error.exitCode : 1;
  })
  .then(async (code) => {
    await taken('');
    process.exit(code);
  });
