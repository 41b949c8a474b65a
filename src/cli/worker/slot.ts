import type { Delivery, GatewayClient } from '../client/gatewayClient';
import { FAILED_WITHIN, GatewayFailed, WRONG_CALL } from '../client/gatewayClient';
import { runHandler } from './handler';
import type { Outcome } from './outcome';
import { outcomeOf } from './outcome';
import { Pauses } from './pause';

/** What became of a task. */
export interface Done {
  readonly task: number;
  readonly leaseId: string;
  readonly outcome: 'acked' | 'failed' | 'left' | 'lost';
  readonly exitCode: number | null;
}

export interface SlotOptions {
  readonly client: GatewayClient;
  readonly service: string;
  readonly command: readonly string[];
  /** A queue gives a worker one task at a time, so each slot is a worker of its own. No other has this name. */
  readonly workerId: string;
  readonly timeToRecoverMs: number;
  readonly emptyPauseMaxMs: number;
  readonly resultBytesMax: number;
  /** Acks a task whose handler failed, with the error; false: it is given out again after its lease. */
  readonly acksErrors: boolean;
  readonly ending: AbortSignal;
  readonly done: (done: Done) => void;
  readonly say: (line: string) => void;
}

/** A handler is killed so long before its lease ends, at most a tenth of it: a kill takes a moment, too. */
const KILL_BEFORE_MS = 500;
/** Between two tries while the gateway does not answer. */
const FAILED_PAUSE_MAX_MS = 10_000;

/** Fetches, runs and acks one task after the other until it is to end; the one under way is finished. */
export async function runSlot(options: SlotOptions): Promise<void> {
  const { ending, emptyPauseMaxMs } = options;
  const pauses = new Pauses(emptyPauseMaxMs, ending);
  let { workerId } = options;
  for (let leases = 1; !ending.aborted; leases += 1) {
    const turn = await oneTurn(options, workerId);
    if (turn === 'over') pauses.reset();
    else if (turn === 'empty') await pauses.pause();
    // A worker gets what it holds again until the lease ends: the lease is left to that name.
    else workerId = `${options.workerId}.${String(leases)}`;
  }
}

/** 'left': the worker may hold a lease that nobody works on. */
async function oneTurn(options: SlotOptions, workerId: string): Promise<'over' | 'empty' | 'left'> {
  const { client, timeToRecoverMs, ending, say } = options;
  // A lease begins after the first fetch that could have given it was sent, so it does not end before this
  // and its length have passed.
  const askedAtMs = performance.now();
  const request = { workerId, timeToRecover: timeToRecoverMs };
  try {
    const giving = { going: ending, untilMs: askedAtMs + timeToRecoverMs / 2 };
    const delivery = await repeated(() => client.fetch(request), giving, say);
    if (delivery === GIVEN_UP) return 'left';
    return delivery === null ? 'empty' : await handle(options, workerId, delivery, askedAtMs);
  } catch (error) {
    if (!(error instanceof GatewayFailed && error.status === FAILED_WITHIN)) throw error;
    // As of a value that does not open: the other tasks go on.
    say(error.message);
    await new Pauses(FAILED_PAUSE_MAX_MS, ending).pause();
    return 'left';
  }
}

async function handle(
  options: SlotOptions,
  workerId: string,
  delivery: Delivery,
  askedAtMs: number,
): Promise<'over' | 'left'> {
  const { command, service, client, acksErrors, resultBytesMax, say } = options;
  const { value, index, leaseId, leaseUntil, fetchedAt, deliveries } = delivery;
  const leaseMs = leaseUntil - fetchedAt;
  const deadlineMs = askedAtMs + leaseMs - Math.min(KILL_BEFORE_MS, leaseMs / 10);
  const tell = (outcome: Done['outcome'], exitCode: number | null): void =>
    options.done({ task: index, leaseId, outcome, exitCode });
  if (performance.now() >= deadlineMs) return 'left'; // the answer came too late to begin
  const ended = await runHandler({
    command,
    env: {
      QUEUE_SERVICE: service,
      QUEUE_TASK_INDEX: String(index),
      QUEUE_LEASE_ID: leaseId,
      QUEUE_LEASE_UNTIL: new Date(leaseUntil).toISOString(),
      QUEUE_DELIVERIES: String(deliveries),
    },
    input: `${JSON.stringify(value)}\n`,
    deadlineMs,
    stdoutBytesMax: resultBytesMax,
  });
  const { code, isLate, isCut } = ended;
  if (isLate) {
    say(
      `Task ${String(index)} took longer than its lease of ${String(leaseMs)} ms, so its handler was killed; ` +
        'the task is given out again. Set --time-to-recover to more than a task takes.',
    );
  }
  if (isLate || (code !== 0 && !acksErrors)) {
    tell('left', code);
    return 'left';
  }
  if (isCut) {
    const max = String(resultBytesMax);
    say(`Task ${String(index)} wrote more than ${max} bytes to stdout; it has no result.`);
  }
  const giving = { going: new AbortController().signal, untilMs: deadlineMs };
  const ackWith = (outcome: Outcome) =>
    repeated(() => client.ack({ workerId, leaseId, ...outcome }), giving, say);
  const isAcked = await ackWith(outcomeOf(ended)).catch((error: unknown) => {
    if (!(error instanceof GatewayFailed && error.status === WRONG_CALL)) throw error;
    say(`What task ${String(index)} wrote cannot be taken and is left out: ${error.message}`);
    return ackWith(
      code === 0 ? {} : { error: { exitCode: code, signal: ended.signal, stderr: '' } },
    );
  });
  if (isAcked === true) tell(code === 0 ? 'acked' : 'failed', code);
  else {
    tell('lost', code);
    say(`Task ${String(index)} was done, but its lease ${leaseId} was lost: it may be done twice.`);
  }
  return isAcked === GIVEN_UP ? 'left' : 'over';
}

const GIVEN_UP = Symbol('given up');

interface Giving {
  readonly going: AbortSignal;
  readonly untilMs: number;
}

/** Calls again while it may go through later. Rejects with what no repeat can change. */
async function repeated<A>(
  call: () => Promise<A>,
  { going, untilMs }: Giving,
  say: (line: string) => void,
): Promise<A | typeof GIVEN_UP> {
  const pauses = new Pauses(FAILED_PAUSE_MAX_MS, going);
  let told = '';
  for (;;) {
    try {
      return await call();
    } catch (error) {
      if (!(error instanceof GatewayFailed && error.retryable)) throw error;
      if (error.message !== told) say(`${error.message} Trying again.`);
      told = error.message;
      await pauses.pause();
      if (going.aborted || performance.now() >= untilMs) return GIVEN_UP;
    }
  }
}
