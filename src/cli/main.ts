import { isLeft } from 'fp-ts/Either';
import { QueueError } from '../domain';
import { CannotStart } from './cannotStart';
import { readCommandLine } from './commandLine';
import { readyLine, readyText } from './readyMessage';
import { start } from './start';
import { USAGE } from './usage';

/** Exit codes: 0 stopped by a signal, 1 cannot run, 2 called the wrong way. */
async function main(): Promise<number> {
  const invocation = readCommandLine(process.argv.slice(2), process.env);
  if (isLeft(invocation)) {
    process.stderr.write(`${invocation.left.join('\n')}\n\n${USAGE}`);
    return 2;
  }
  if (invocation.right.type === 'help') {
    process.stdout.write(USAGE);
    return 0;
  }
  const { config } = invocation.right;
  const signal = new Promise((resolve) => {
    process.once('SIGINT', resolve).once('SIGTERM', resolve);
  });
  const running = await start(config);
  process.stdout.write(config.json ? readyLine(running.ready) : readyText(running.ready));
  await signal;
  await running.stop();
  return 0;
}

/** What somebody can do something about needs no stack trace. */
function explain(error: unknown): string {
  if (error instanceof CannotStart || error instanceof QueueError) return error.message;
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}

main().then(
  (code) => process.exit(code),
  (error: unknown) => {
    process.stderr.write(`${explain(error)}\n`);
    process.exit(1);
  },
);
