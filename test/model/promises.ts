import { acksOf, isAcked, stateOf, statusOf } from './log';
import type { Claim } from './projection';
import { claim, hole, markGap, publish, settle } from './projection';
import { restored, segmentsToRead } from './restore';
import { Rules } from './rules';
import type { Command, Context, Queue, World } from './world';
import { copyOf, including, newestServer, openQueue, SEGMENT_SIZE } from './world';

/** What clients are told, and whether it is true. */

/** An add that nothing has disturbed is not given up. */
export function checkVoid({ world, broken }: Context, queue: Queue, index: number): void {
  if (!world.disturbed && queue.gaps.includes(index))
    broken(`ADD: index ${index} is given up, though its add was at work and nothing failed`);
}

export function confirmAdd({ world }: Context, index: number): void {
  world.told.added = [...including(world.told.added, index)];
}

/** An ack that began while a rewind was under way counts as before it, and promises nothing after. */
export function confirmAck({ world, broken }: Context, command: Command): void {
  const { index, rewound } = command;
  if (world.told.dropped) return;
  const sinceBegun = world.head.rewinds.some(({ epoch }) => epoch > rewound);
  if (rewound >= 0 && stateOf(world, index, rewound).status !== 'acked')
    broken(`P2: the ack of task ${index} is confirmed, but none in the log counts`);
  if (rewound >= 0 && !sinceBegun && isAcked(world, index))
    world.told.acked = [...including(world.told.acked, index)];
}

export function checkClaim({ world, broken }: Context, queue: Queue, taken: Claim): void {
  const { index } = taken;
  if (!taken.isNew || queue.epoch !== world.head.epoch) return;
  if (openQueue(world.servers[newestServer(world)]) !== queue) return;
  if (statusOf(world, index) !== 'open' && !isAcked(world, index))
    broken(`CLAIM-CLOSED: index ${index} of a segment that is not open is handed out`);
  if (queue.leases.filter((lease) => lease.index === index).length > 1)
    broken(`P4: task ${index} is leased twice in the projection`);
  const isHeld = (other: number): boolean => queue.leases.some((lease) => lease.index === other);
  for (const other of world.told.added) {
    if (other < index && !isHeld(other) && stateOf(world, other).status === 'waiting')
      broken(`P5: task ${index} starts before the confirmed waiting task ${other}`);
  }
}

export function deliver({ world, broken }: Context, command: Command): void {
  const { index, lease, worker, indices, number: acks } = command;
  const { told, log, expired } = world;
  const logged = log.some(({ event }) => event.type === 'Fetched' && event.leaseId === lease);
  if (!logged && !told.dropped) broken(`P3: task ${index} is delivered without its Fetched`);
  if (indices.includes(index) && told.acked.includes(index))
    broken(`P2: task ${index} is delivered to a fetch that began after its confirmed ack`);
  const isOver = expired.includes(lease) || acksOf(world, index) > acks;
  for (const other of told.given) {
    const done = acksOf(world, other.index) > other.acks || told.dropped;
    if (done || other.lease === lease || expired.includes(other.lease)) continue;
    if (other.index === index && other.worker !== worker && !isOver)
      broken(`P4: task ${index} is live with ${other.worker} and with ${worker}`);
    if (other.worker === worker && other.index !== index && !wasRecovered(world, other.lease))
      if (acksOf(world, index) === 0)
        broken(`P4: ${worker} holds task ${other.index} and is given task ${index}`);
  }
  told.given = told.given.filter((given) => given.worker !== worker);
  told.given.push({ worker, index, lease, acks });
  told.given.sort((a, b) => (a.worker < b.worker ? -1 : 1));
}

const wasRecovered = ({ log }: World, lease: string): boolean =>
  log.some(({ event }) => event.type === 'Recovered' && event.leaseId === lease);

/** All nodes die now: what is not delivered of what was confirmed, by the server as it is, or rebuilt. */
function undelivered(before: World, rules: Rules, loseServer: boolean): number[] {
  const world = copyOf(before);
  const server = world.servers[newestServer(world)]!;
  if (loseServer) server.queue = null;
  let queue = openQueue(server);
  if (!queue || queue.epoch !== world.head.epoch) {
    const { epoch, claimedTo, rewinds, segments } = world.head;
    const claimed = [...segments, { status: 'open', lastAdded: 0 } as const];
    const open = segmentsToRead(claimed, claimedTo);
    const rows = world.log.filter(({ index }) => open.includes(Math.ceil(index / SEGMENT_SIZE)));
    queue = restored(
      {
        ...{ epoch: epoch + 1, claimedTo: claimedTo + SEGMENT_SIZE, rewinds },
        ...{ segments: claimed, allocated: claimedTo, rows },
      },
      server.identity,
      rules,
    );
  }
  const missing = world.told.added.filter((index) => !isAcked(world, index));
  const given = drained(world, queue, rules);
  return missing.filter((index) => !given.includes(index));
}

const ALL = new Rules();

/** What one more worker is given, once each lease has run out and the sweep has been there. */
function drained(world: World, queue: Queue, rules: Rules): number[] {
  for (const index of queue.pending) {
    if (stateOf(world, index).status === 'absent') markGap(queue, index, rules);
    else publish(queue, index, rules);
  }
  const given: number[] = [];
  for (let tries = 0; tries < 40; tries++) {
    const taken = claim(
      queue,
      'drain',
      queue.leases.map(({ lease }) => lease),
      ALL,
    );
    if (!taken) break;
    const { status } = stateOf(world, taken.index);
    if (status === 'absent') hole(queue, taken.index, taken.lease, ALL);
    else settle(queue, taken.index, taken.lease, ALL);
    given.push(taken.index);
  }
  return given;
}

/** Checked where nothing is under way, and now and then elsewhere. */
export function checkNothingLost(world: World, rules: Rules, broken: (text: string) => void): void {
  if (world.head.epoch === 0 || world.told.added.length === 0) return;
  const lost = undelivered(world, rules, true);
  if (lost.length > 0) broken(`P1: confirmed tasks ${lost.join()} are lost in a rebuild`);
  const stuck = undelivered(world, rules, false);
  if (stuck.length > 0) broken(`P1: confirmed tasks ${stuck.join()} are met by no claim`);
}

/**
 * Where nothing is under way (P6): a lease that a worker sees is in the projection, a task whose ack was
 * confirmed is not, and FETCHED is no lower than what was handed out and never rewound.
 */
export function checkAgreement(world: World, broken: (text: string) => void): void {
  const queue = openQueue(world.servers[newestServer(world)]);
  if (!queue || queue.epoch !== world.head.epoch) return;
  for (const index of world.told.acked) {
    if (queue.leases.some((held) => held.index === index) || queue.returned.includes(index))
      broken(`P6: the projection would hand out the acked task ${index}`);
  }
  for (const { index } of world.told.given) {
    const isRewound = world.head.rewinds.some(({ last }) => last < index);
    if (!isRewound && index > queue.fetched)
      broken(`P6: FETCHED is ${queue.fetched}, though task ${index} was handed out`);
  }
  for (const { index, lease } of world.told.given) {
    const state = stateOf(world, index);
    if (state.status !== 'leased' || state.lease.leaseId !== lease) continue;
    if (world.expired.includes(lease) || !queue.known.includes(Math.ceil(index / SEGMENT_SIZE)))
      continue;
    if (!queue.leases.some((held) => held.lease === lease))
      broken(`P6: the projection lacks the live lease ${lease} of a worker`);
  }
}
