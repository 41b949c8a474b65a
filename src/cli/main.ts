import { isLeft } from 'fp-ts/Either';
import { QueueError } from '../domain';
import { CommandFailed } from './commandFailed';
import { readCommandLine } from './commandLine';
import { COMMANDS } from './commands';

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
  const stopped = new Promise((resolve) => {
    process.once('SIGINT', resolve).once('SIGTERM', resolve);
  });
  await invocation.right.run({
    print: (text) => process.stdout.write(text),
    say: (line) => process.stderr.write(`${line}\n`),
    stopped,
  });
  return 0;
}

/** What somebody can do something about needs no stack trace. */
function explain(error: unknown): string {
  if (error instanceof CommandFailed || error instanceof QueueError) return error.message;
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}

main().then(
  (code) => process.exit(code),
  (error: unknown) => {
    process.stderr.write(`${explain(error)}\n`);
    process.exit(error instanceof CommandFailed ? error.exitCode : 1);
  },
);
