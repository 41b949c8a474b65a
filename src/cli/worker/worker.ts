import { randomBytes } from 'node:crypto';
import { hostname } from 'node:os';
import { Argument, InvalidArgumentError, Option } from 'commander';
import { durationOf } from '../audit';
import { CALLING, REQUIRED, SERVICE } from '../client/calling';
import { gatewayClient } from '../client/gatewayClient';
import type { Command, Io } from '../command';
import type { Done } from './slot';
import { runSlot } from './slot';

const CONCURRENCY_MAX = 256;
const TIME_TO_RECOVER_MS = 60_000;
const EMPTY_PAUSE_MAX_MS = 1_000;
const RESULT_BYTES_MAX = 64 * 1024;

export const worker: Command<typeof CALLING> = {
  name: 'worker',
  about:
    'Fetches tasks through a gateway and runs a program for each: the value on stdin as JSON, exit code 0 acks ' +
    'with what it wrote to stdout as result, another acks with an error. A handler that takes longer than its ' +
    'lease is killed. A signal lets the handlers finish, a second one ends all at once.',
  examples: [
    'worker mailer -- ./send-mail.sh',
    'worker mailer --concurrency 4 --time-to-recover 5m -- node handler.mjs',
    `worker mailer --no-ack-errors -- sh -c 'jq -r .to | xargs notify'`,
  ],
  settings: CALLING,
  required: REQUIRED,
  args: [SERVICE(), new Argument('<command...>', 'behind --: the program and its arguments')],
  options: [
    new Option('--concurrency <n>', `tasks at a time, up to ${String(CONCURRENCY_MAX)}`)
      .default(1)
      .argParser(concurrencyOf),
    new Option(
      '--time-to-recover <duration>',
      'how long a task is leased, and may take: 30s, 5m or 1h',
    )
      .default(TIME_TO_RECOVER_MS, '1m')
      .argParser(durationOf),
    new Option(
      '--empty-pause <duration>',
      'the longest pause between two looks into an empty queue',
    )
      .default(EMPTY_PAUSE_MAX_MS, '1s')
      .argParser(durationOf),
    new Option(
      '--no-ack-errors',
      'leaves a task whose handler failed: it is given out again after its lease',
    ),
  ],
  async run({ values }, asked, io) {
    const { service, command, concurrency, timeToRecover, emptyPause, ackErrors, json } =
      asked as unknown as Wanted; // its options and arguments are those of this command
    const client = gatewayClient(values, service);
    const ending = new AbortController();
    void io.stopped.then(() => ending.abort());
    // Never one that was used before: what another process held is not given to this one.
    const name = `${hostname().slice(0, 100)}-${String(process.pid)}-${randomBytes(4).toString('hex')}`;
    const slots = Array.from({ length: concurrency }, (_, slot) =>
      runSlot({
        client,
        service,
        command,
        workerId: `${name}-${String(slot + 1)}`,
        timeToRecoverMs: timeToRecover,
        emptyPauseMaxMs: emptyPause,
        resultBytesMax: RESULT_BYTES_MAX,
        acksErrors: ackErrors,
        ending: ending.signal,
        done: json === true ? (done) => io.print(`${JSON.stringify(done)}\n`) : teller(io),
        say: io.say,
      }).catch((error: unknown) => {
        // What stops one stops all; the others finish what they have begun.
        ending.abort();
        throw error;
      }),
    );
    const ends = await Promise.allSettled(slots);
    const failed = ends.find((end) => end.status === 'rejected');
    if (failed) throw failed.reason;
  },
};

interface Wanted {
  readonly service: string;
  readonly command: readonly string[];
  readonly concurrency: number;
  readonly timeToRecover: number;
  readonly emptyPause: number;
  readonly ackErrors: boolean;
  readonly json?: boolean;
}

const teller =
  ({ print, paint }: Io) =>
  ({ task, outcome, exitCode }: Done): void => {
    const colour = outcome === 'acked' ? 'green' : 'red';
    const code = exitCode === null ? 'killed' : `exit code ${String(exitCode)}`;
    print(`task ${String(task)} ${paint(colour, outcome)} (${code})\n`);
  };

function concurrencyOf(text: string): number {
  const number = /^\d{1,3}$/.test(text) ? Number(text) : 0;
  if (number >= 1 && number <= CONCURRENCY_MAX) return number;
  throw new InvalidArgumentError(`It must be a whole number from 1 to ${String(CONCURRENCY_MAX)}.`);
}
