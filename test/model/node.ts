import { BEHAVIOURS, FIRST } from './commands';
import { goTo } from './commands/behaviour';
import { land, OPEN, setSegment, stateOf } from './log';
import { deliver } from './promises';
import type { Command, CommandStep, Context, Node, Queue, Wish, World } from './world';
import { indicesOf, newestServer, openQueue, segmentOf, SEGMENT_SIZE } from './world';

/** The round engine of a node (src/commands/rounds): one call of the projection, one read, appends. */

const APPLYING: readonly CommandStep[] = [
  ...(['publish', 'settle', 'returned', 'hole', 'markGap', 'extend', 'closeSegment'] as const),
];
/** In the order in which the commands of a round see each other. */
const DECIDING: readonly CommandStep[] = [
  ...(['holding', 'claim', 'reserve', 'expired', 'stalePending', 'closable', 'info'] as const),
];

export const isReading = ({ step }: Command): boolean => step === 'read' || step === 'readAgain';
const isOperating = ({ step }: Command): boolean =>
  APPLYING.includes(step) || DECIDING.includes(step) || step === 'appendAgain';

function tell(world: World, node: Node, wish: Wish, id: string): void {
  const { told, head, jobs } = world;
  const worker = wish.worker ?? '';
  const seen = told.given.find((given) => given.worker === worker);
  if (wish.kind === 'ack' && !seen && !wish.blind) return; // a worker acks what it has seen
  const rewinding = jobs.some((job) => job.kind === 'rewind' || job.rewinding);
  const confirmed = head.rewinds.filter(({ epoch }) => told.rewound.includes(epoch));
  const isAck = wish.kind === 'ack';
  node.commands.push({
    ...{ id, kind: wish.kind, step: FIRST[wish.kind], worker },
    ...{ index: 0, lease: '', version: 0, recovered: 0, epoch: 0, other: '' },
    indices: isAck ? [seen?.index ?? 0] : wish.kind === 'fetch' ? told.acked : [],
    means: isAck && seen ? seen.lease : '',
    flag: wish.token ?? false,
    number: wish.token ? 1 : 0,
    rewound: rewinding ? -1 : Math.max(0, ...confirmed.map(({ epoch }) => epoch)),
  });
}

/** The projection call of a round; null: nothing to do, or a rebuild has to come first. */
export function operate(context: Context, node: Node): string | null {
  const { world } = context;
  const [batch, ...batches] = node.batches;
  if (!batch && !node.commands.some((command) => isOperating(command))) return null;
  const said: string[] = [];
  if (node.forgets) node.epoch = world.head.epoch;
  let queue = queueSeenBy(world, node);
  if (!queue) {
    node.server = newestServer(world);
    queue = openQueue(world.servers[node.server]);
    if (queue?.epoch !== world.head.epoch) return null;
    node.epoch = queue.epoch;
    said.push(`stale, goes to epoch ${queue.epoch}`);
    for (const command of node.commands.filter(({ step }) => APPLYING.includes(step))) {
      said.push(say(command, BEHAVIOURS[command.kind].moved(context, command)));
    }
  }
  batch?.forEach((wish, i) => {
    tell(world, node, wish, `${node.id}.${batches.length}${wish.kind}${i}`);
  });
  node.batches = batches;
  node.forgets = false;
  // After the rounds of the epoch it was moved from.
  for (const command of node.commands) if (command.step === 'appendAgain') command.step = 'append';
  said.push(...applyAndDecide(context, node, queue));
  endDone(node);
  return said.join('; ') || 'looks at the epoch';
}

function queueSeenBy(world: World, node: Node): Queue | null {
  const queue = openQueue(world.servers[node.server]);
  return queue?.epoch === node.epoch ? queue : null;
}

function applyAndDecide(context: Context, node: Node, queue: Queue): string[] {
  const said: string[] = [];
  const ackFirst = context.rules.keeps('no ack acts on a lease of its own round');
  // Who was answered in this call goes on in the next one.
  const byStep = (steps: readonly CommandStep[]): Command[] =>
    node.commands
      .filter(({ step }) => steps.includes(step))
      .sort((a, b) => steps.indexOf(a.step) - steps.indexOf(b.step));
  const deciding = byStep(ackFirst ? DECIDING : ['claim', ...DECIDING]);
  for (const command of byStep(APPLYING)) {
    const behaviour = BEHAVIOURS[command.kind];
    const moved = isOfOlderEpoch(context, command, queue);
    const step = moved ? behaviour.moved : behaviour.operate;
    said.push(say(command, step(context, command, queue)));
  }
  const made: string[] = [];
  for (const command of deciding) {
    const acts = command.step === 'holding';
    said.push(say(command, BEHAVIOURS[command.kind].operate(context, command, queue)));
    if (command.kind === 'fetch') made.push(command.lease);
    if (acts && made.includes(command.lease))
      context.broken(`F6: an ack acts on ${command.lease}, claimed in its own round`);
  }
  return said;
}

function isOfOlderEpoch({ rules }: Context, { kind, epoch }: Command, queue: Queue): boolean {
  if (epoch === 0 || epoch === queue.epoch) return false;
  return rules.keeps(
    kind === 'close'
      ? 'a closed segment is forgotten in its epoch only'
      : 'what was decided in an older epoch is not applied in a newer one',
  );
}

export function read(context: Context, node: Node): string {
  const reading = node.commands.filter(isReading);
  return reading
    .map((command) => say(command, BEHAVIOURS[command.kind].read(context, command)))
    .join('; ');
}

/** Segments of which a batch waits to be appended; 0: only a confirmation is asked for. */
export const batchesOf = (node: Node): number[] => [
  ...new Set(node.commands.filter(({ step }) => step === 'append').map(batchOf)),
];
const batchOf = (command: Command): number =>
  BEHAVIOURS[command.kind].rows(command).length === 0 ? 0 : segmentOf(command.index);

export function batchRows(node: Node, batch: number) {
  const commands = node.commands.filter(
    (command) => command.step === 'append' && batchOf(command) === batch,
  );
  return {
    commands,
    rows: commands.flatMap((command) => [...BEHAVIOURS[command.kind].rows(command)]),
  };
}

export type Confirmation = 'by a look of this lease' | 'by one more look' | 'refused';

/**
 * Writes a batch. Its confirmation rests on a look within the lease, or on one more after it; it is
 * refused unwritten where a look has found a newer epoch before.
 */
export function append(
  context: Context,
  node: Node,
  batch: number,
  how: Confirmation,
): string | null {
  const { world, rules } = context;
  const { commands, rows } = batchRows(node, batch);
  const mustLook = rules.keeps('a confirmation rests on a look at the head');
  if (how === 'refused' && world.head.epoch <= node.epoch) return null;
  if (how === 'by a look of this lease' && mustLook && world.waitedFor > node.epoch) return null;
  if (how !== 'by a look of this lease' && !mustLook) return null;
  if (how !== 'refused') land(context, rows);
  const written = rows.map((row) => `${row.event.type} ${row.index}`).join();
  if (how === 'by one more look') {
    for (const command of commands) command.step = 'look';
    return `appends ${written}`;
  }
  const outcome = how === 'refused' ? 'moved' : 'confirmed';
  const said = commands.map((command) => answerAppend(context, node, command, outcome));
  endDone(node);
  return `${how === 'refused' ? 'does not append' : 'appends'} ${written}: ${said.join('; ')}`;
}

export function look(context: Context, node: Node): string {
  const outcome = context.world.head.epoch > node.epoch ? 'moved' : 'confirmed';
  const looking = node.commands.filter(({ step }) => step === 'look');
  const said = looking.map((command) => answerAppend(context, node, command, outcome));
  endDone(node);
  return `looks at the head: ${said.join('; ')}`;
}

function answerAppend(
  context: Context,
  node: Node,
  command: Command,
  outcome: 'confirmed' | 'moved',
): string {
  command.step = 'append';
  if (outcome === 'moved') node.forgets = true;
  return say(command, BEHAVIOURS[command.kind].appended(context, command, outcome));
}

/** What goes on beside the rounds; null: this command waits for its node. */
export function goOn(context: Context, node: Node, command: Command): string | null {
  const said = beside(context, command);
  endDone(node);
  return said;
}

export const isBeside = ({ step }: Command): boolean =>
  ['readHead', 'claimSegment', 'completed', 'handOut', 'scan', 'close', 'closed'].includes(step);

function beside(context: Context, command: Command): string | null {
  const { world, rules } = context;
  const { head } = world;
  switch (command.step) {
    case 'readHead':
      if (head.epoch !== command.epoch) return goTo(command, 'reserve', 'finds a newer epoch');
      command.number = head.claimedTo;
      return goTo(command, 'claimSegment', `reads claimed_to ${head.claimedTo}`);
    case 'claimSegment':
      return claimSegment(context, command);
    case 'completed':
      world.told.completed = [...new Set([...world.told.completed, command.index])].sort();
      command.flag = false;
      return goTo(
        command,
        rules.keeps('an ack asks again after activity.completed') ? 'holding' : 'append',
        `calls activity.completed for ${command.index}`,
      );
    case 'handOut':
      if (
        world.expired.includes(command.lease) &&
        rules.keeps('a value whose lease is over is not handed out')
      )
        return goTo(command, 'claim', 'the lease is over: claims again');
      deliver(context, command);
      return goTo(command, 'done', `hands task ${command.index} to ${command.worker}`);
    case 'scan':
      return scanSegment(context, command);
    case 'close':
      return closeInLog(context, command);
    case 'closed':
      return goTo(command, 'closeSegment', 'hears that the segment is closed');
    default:
      return null;
  }
}

export function claimSegment({ world, rules }: Context, command: Command): string {
  const { head } = world;
  const sameEpoch = head.epoch === command.epoch || !rules.keeps('a claim tests the epoch');
  const sameClaim =
    head.claimedTo === command.number || !rules.keeps('head changes test claimed_to');
  if (!sameEpoch) return goTo(command, 'reserve', 'claim not applied: newer epoch');
  if (sameClaim) {
    head.claimedTo = command.number + SEGMENT_SIZE;
    setSegment(world, segmentOf(head.claimedTo), OPEN);
  }
  command.number = head.claimedTo; // that of another serves as well
  return goTo(
    command,
    'extend',
    `${sameClaim ? 'claims' : 'finds claimed'} up to ${head.claimedTo}`,
  );
}

function scanSegment({ world, rules }: Context, command: Command): string {
  const upTo = rules.keeps('rewinds are those of the epoch') ? command.epoch : Infinity;
  const isDone = (index: number): boolean => {
    if (command.indices.includes(index)) return true;
    const { status } = stateOf(world, index, upTo);
    const naive = !rules.keeps('a close takes only final gaps for done');
    return status === 'acked' || (status === 'absent' && naive);
  };
  if (!indicesOf(command.number).every(isDone)) return goTo(command, 'done', 'not all is acked');
  return goTo(command, 'close', 'reads that all is acked or a final gap');
}

function closeInLog({ world, rules, broken }: Context, command: Command): string {
  const { head, told } = world;
  const segment = head.segments[command.number - 1];
  const sameEpoch = head.epoch === command.epoch || !rules.keeps('a close tests the epoch');
  if (!sameEpoch || segment?.status !== 'open') return goTo(command, 'done', 'close not applied');
  const indices = indicesOf(command.number);
  const counted = indices.filter(
    (index) => !command.indices.includes(index) && stateOf(world, index).status !== 'absent',
  );
  setSegment(world, command.number, { status: 'closed', lastAdded: Math.max(0, ...counted) });
  for (const index of told.added) {
    if (indices.includes(index) && stateOf(world, index).status !== 'acked')
      broken(`P1: the segment of the confirmed task ${index} is closed`);
  }
  return goTo(command, 'closed', `closes segment ${command.number}`);
}

export function endDone(node: Node): void {
  node.commands = node.commands.filter(({ step }) => step !== 'done');
}

const say = ({ id }: Command, text: string): string => `${id} ${text}`;
