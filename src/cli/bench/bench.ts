import { randomBytes } from 'node:crypto';
import { setTimeout as wait } from 'node:timers/promises';
import { InvalidArgumentError, Option } from 'commander';
import { CALLING, REQUIRED } from '../client/calling';
import type { GatewayClient } from '../client/gatewayClient';
import { gatewayClient } from '../client/gatewayClient';
import type { Command } from '../command';
import { CommandFailed } from '../commandFailed';
import { rounded, Timed } from './timed';

const upTo = (max: number) => (text: string) => {
  const number = /^\d{1,7}$/.test(text) ? Number(text) : 0;
  if (number >= 1 && number <= max) return number;
  throw new InvalidArgumentError(`It must be a whole number from 1 to ${String(max)}.`);
};

const TASKS_MAX = 1_000_000;
const CALLERS_MAX = 1024;
const VALUE_BYTES_MAX = 65_536;
/** A queue without a task for so long, while some are missing, has lost them. */
const EMPTY_MAX_MS = 30_000;
const EMPTY_PAUSE_MS = 5;

export const bench: Command<typeof CALLING> = {
  name: 'bench',
  about:
    'Adds tasks through a gateway, then fetches and acks them, and prints how many a second and how long a call ' +
    'took, this client included. The queue is a new one; what is in it stays in the log.',
  examples: ['bench', 'bench --tasks 20000 --callers 64 --value-bytes 200 --json'],
  settings: CALLING,
  required: REQUIRED,
  options: [
    new Option('--tasks <n>', 'tasks in all').default(5000).argParser(upTo(TASKS_MAX)),
    new Option('--callers <n>', 'calls at a time').default(16).argParser(upTo(CALLERS_MAX)),
    new Option('--value-bytes <n>', 'of each value').default(200).argParser(upTo(VALUE_BYTES_MAX)),
  ],
  async run({ values }, asked, io) {
    const { tasks, callers, valueBytes, json } = asked as unknown as Wanted; // its options are those of this command
    const service = `bench-${randomBytes(6).toString('hex')}`;
    const client = gatewayClient(values, service);
    const stopped = new AbortController();
    void io.stopped.then(() => stopped.abort());
    const run = { client, tasks, callers, stopped: stopped.signal };
    const added = await adds(run, 'x'.repeat(valueBytes));
    const worked = await cycles(run);
    const result = { service, tasks, callers, valueBytes, ...added, ...worked };
    if (json === true) {
      io.print(`${JSON.stringify(result)}\n`);
      return;
    }
    io.print(line('', 'a second', 'p50 ms', 'p99 ms'));
    for (const [name, { perSecond, p50Ms, p99Ms }] of Object.entries({ ...added, ...worked })) {
      io.print(line(name, String(Math.round(perSecond)), p50Ms.toFixed(2), p99Ms.toFixed(2)));
    }
    io.say(
      `${String(tasks)} tasks of ${String(valueBytes)} bytes, ${String(callers)} callers, queue ${service}.`,
    );
  },
};

interface Wanted {
  readonly tasks: number;
  readonly callers: number;
  readonly valueBytes: number;
  readonly json?: boolean;
}

interface Run {
  readonly client: GatewayClient;
  readonly tasks: number;
  readonly callers: number;
  readonly stopped: AbortSignal;
}

async function adds({ client, tasks, callers, stopped }: Run, value: string) {
  const timed = new Timed();
  let left = tasks;
  const tookMs = await allAtOnce(callers, async () => {
    while (left > 0) {
      refuseStopped(stopped);
      left -= 1;
      await timed.call(() => client.add({ value }));
    }
  });
  return { add: { perSecond: perSecond(tasks, tookMs), ...timed.percentiles() } };
}

/** Each caller is a worker. The rates of both are the same: a fetch is followed by its ack. */
async function cycles({ client, tasks, callers, stopped }: Run) {
  const [fetched, acked] = [new Timed(), new Timed()];
  let left = tasks;
  const tookMs = await allAtOnce(callers, async (caller) => {
    const workerId = `bench-${String(caller)}`;
    let emptySinceMs: number | null = null;
    while (left > 0) {
      refuseStopped(stopped);
      const delivery = await fetched.call(() => client.fetch({ workerId }));
      if (delivery === null) {
        emptySinceMs ??= performance.now();
        if (performance.now() - emptySinceMs > EMPTY_MAX_MS) throw missing(left);
        await wait(EMPTY_PAUSE_MS);
        continue;
      }
      emptySinceMs = null;
      const { leaseId } = delivery;
      if (await acked.call(() => client.ack({ workerId, leaseId }))) left -= 1;
    }
  });
  const rate = perSecond(tasks, tookMs);
  return {
    fetch: { perSecond: rate, ...fetched.percentiles() },
    ack: { perSecond: rate, ...acked.percentiles() },
  };
}

async function allAtOnce(
  callers: number,
  work: (caller: number) => Promise<void>,
): Promise<number> {
  const sinceMs = performance.now();
  await Promise.all(Array.from({ length: callers }, (_, caller) => work(caller)));
  return performance.now() - sinceMs;
}

function refuseStopped(stopped: AbortSignal): void {
  if (stopped.aborted) throw new CommandFailed('Stopped before its end; there is no result.');
}

const missing = (left: number): CommandFailed =>
  new CommandFailed(
    `There was no task for ${String(EMPTY_MAX_MS)} ms, and ${String(left)} are missing. The command audit replay shows what became of them.`,
  );

const perSecond = (count: number, tookMs: number): number => rounded((count * 1000) / tookMs);

const line = (name: string, ...cells: readonly string[]): string =>
  `${name.padEnd(6)}${cells.map((cell) => cell.padStart(11)).join('')}\n`;
