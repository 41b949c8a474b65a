import { verify } from '../../src/commands/verify';
import { differences } from '../support/agreement';
import type { Call } from './calls';
import type { History } from './history';
import type { Action } from './moves';
import { JOBS } from './moves';
import { QUEUE } from './queue';
import { Random } from './random';
import { Violation } from './witness';

const LONG_MS = 60_000;
/** No history comes near; a node that goes on for ever does. */
const STEPS_MAX = 5_000;
/** The ending of a history is the same however its moves were found. */
const ENDING_SEED = 1;
/** Fetches and acks of the drainer for each add, and for what errors make it repeat. */
const DRAIN_TRIES_PER_ADD = 6;
const DRAIN_TRIES_MIN = 40;

/**
 * All that is under way comes to its end; then the projection is wiped, and a fresh node takes all there
 * is. What nobody waits for any more is done before, between or never, a third of it each.
 */
export async function end(history: History): Promise<void> {
  const { world } = history;
  try {
    await finish(history);
    await landThird(history, 0);
    await runJobs(history);
    await expectAgreement(history, 'before the drain');
    world.servers[0].restart(null);
    freshNode(history);
    await drain(history);
    await landThird(history, 1);
    await world.pass(LONG_MS);
    freshNode(history); // what has landed may be a rewind, which only a new look at the head finds
    await drain(history);
    await runJobs(history); // or an add whose index is pending, until a sweep finds it
    await drain(history);
    world.witness.drained(history.drained);
    await runJobs(history);
    await expectAgreement(history, 'after the drain');
    expectOneTaskPerIndex(history);
    await expectNothingLeft(history);
    world.faults.fired('append never landed', world.calls.orphans.filter(isAppend).length);
  } catch (error) {
    world.broken ??= error as Error;
  }
}

function freshNode({ world }: History): void {
  const slot = world.slots[0]!;
  world.crash(slot, 0);
}

const isAppend = ({ name }: Call): boolean => name === 'log.append' || name === 'log.write';

/**
 * Every call is answered, in any order; time goes on where all wait for it. In strict turns two nodes on a
 * log without an epoch lease can raise over each other for ever, each just before the other opens.
 */
async function goOn(history: History): Promise<void> {
  const { world, clients } = history;
  const random = Random.of(ENDING_SEED, world.step);
  for (let steps = 0; !world.broken; steps++) {
    if (steps > STEPS_MAX) break;
    const { awaited } = world.calls;
    if (awaited.length > 0) {
      world.step++;
      await history.settle(random.of(awaited), 'done');
      continue;
    }
    if (clients.underWay.size === 0) return;
    const next = world.nextTimer();
    if (!next) break;
    await world.pass(next.msToTimer + 1);
  }
  throw world.broken ?? new Violation('P8', 'a call never comes to its end');
}

async function finish(history: History): Promise<void> {
  const { world } = history;
  for (const slot of world.slots) {
    slot.server = 0;
    if (slot.node.machine.paused) await history.resume(slot);
  }
  await goOn(history);
}

async function landThird(history: History, third: number): Promise<void> {
  const { orphans } = history.world.calls;
  for (const [i, call] of orphans.entries()) if (i % 3 === third) await history.land(call);
}

/** True: it did not fail. */
async function call(history: History, action: Action): Promise<boolean> {
  const { world, clients } = history;
  const { failures } = clients;
  world.step++;
  const node = world.slots[0]!.node;
  await node.machine.turn(() => clients.start(node, action));
  await goOn(history);
  return clients.failures === failures;
}

/** After a while: all leases are over, and what is pending is looked at. */
async function runJobs(history: History): Promise<void> {
  await history.world.pass(LONG_MS);
  for (const job of JOBS) {
    const isDone = await call(history, { type: 'job', job });
    if (!isDone) await call(history, { type: 'job', job });
  }
}

async function drain(history: History): Promise<void> {
  const { world } = history;
  const { witness } = world;
  const tries = DRAIN_TRIES_MIN + DRAIN_TRIES_PER_ADD * witness.added;
  for (let i = 0; i < tries; i++) {
    const before = witness.lastTold('drainer', false);
    const fetch = { type: 'fetch', worker: 'drainer', ttrMs: LONG_MS, recoverBy: 'lease' } as const;
    const isSure = await call(history, fetch);
    const told = witness.lastTold('drainer', false);
    if (told === before) {
      if (isSure) return;
      continue;
    }
    if (told) history.drained.add(told.value);
    await call(history, { type: 'ack', worker: 'drainer', means: 'last' });
  }
  throw new Violation('P3', `not drained after ${tries} fetches`);
}

async function expectAgreement(history: History, when: string): Promise<void> {
  const { world } = history;
  const ports = {
    log: world.log,
    projection: world.servers[0].projection,
    wait: () => Promise.resolve(),
  };
  const found = await differences(ports, QUEUE, { passesOverEnded: true });
  const { differences: named } = await verify(ports, QUEUE);
  for (const { subject, from, to, log, projection } of named) {
    // A state of an older epoch hands out nothing before it is rebuilt.
    if (subject === 'state') continue;
    if (world.setting.leased && mayHaveLandedLate(history, subject, from, to)) continue;
    found.push(`${subject} ${String(from)}: ${log} in the log, ${projection} in the projection`);
  }
  if (found.length > 0) throw new Violation('P6', `${when}: ${found.join('; ')}`);
}

/**
 * A row of an older epoch that came after the fold. Nobody was told of what it says, and the next decision
 * on the task sees it; until then FETCHED and the task differ.
 */
function mayHaveLandedLate(
  { world }: History,
  subject: string,
  from: number | null,
  to: number | null,
): boolean {
  if (subject === 'fetched') return true;
  if (subject !== 'task' || from === null || to === null) return false;
  const rows = world.stored?.read([{ from, to }]) ?? [];
  return rows.every(({ epoch }) => epoch < world.epoch);
}

/** Two tasks of one index: an index was given twice. */
function expectOneTaskPerIndex({ world }: History): void {
  const added = new Map<number, string>();
  for (const { index, event, eventId } of world.stored?.read([{ from: 1, to: Infinity }]) ?? []) {
    if (event.type !== 'Added') continue;
    if ((added.get(index) ?? eventId) !== eventId) {
      throw new Violation('P1', `index ${index} was given twice`);
    }
    added.set(index, eventId);
  }
}

async function expectNothingLeft({ world }: History): Promise<void> {
  const state = await world.servers[0].projection.snapshot(QUEUE);
  if (!state) return;
  const left = state.leases.length + state.returned.length + state.pending.length;
  if (left > 0) {
    const { leases, returned, pending } = state;
    throw new Violation(
      'P6',
      `drained, but the projection holds ${JSON.stringify({ leases, returned, pending })}`,
    );
  }
}
