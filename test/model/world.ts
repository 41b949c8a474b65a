import type { Rewind } from '../../src/domain';
import type { Rules } from './rules';
import type { Row } from './rows';

/** Indices in a segment. */
export const SEGMENT_SIZE = 2;
export const segmentOf = (index: number): number => Math.ceil(index / SEGMENT_SIZE);
export const indicesOf = (segment: number): number[] =>
  Array.from({ length: SEGMENT_SIZE }, (_, i) => (segment - 1) * SEGMENT_SIZE + 1 + i);

/** One state of everything: log, servers, nodes, what is under way, and what clients were told. */
export interface World {
  /** Ascending by (index, epoch, version). */
  log: Row[];
  head: Head;
  /** At most two: the old master goes on in a split brain until it is shut off. */
  servers: (Server | null)[];
  /** What a replica holds; null: no moment was chosen yet. */
  replica: Server | null;
  /** Given to servers so far. */
  identities: number;
  nodes: Node[];
  jobs: Job[];
  /** Appends of unknown outcome that may still land, or never. */
  late: (readonly Row[])[];
  /** Leases that have run out. */
  expired: string[];
  /** The newest epoch whose rebuild has waited: looks that found an older one vouch no more. */
  waitedFor: number;
  /** How often each command of the scenario may still be started. */
  left: number[];
  faultsLeft: number;
  /** Something has failed. */
  disturbed: boolean;
  expiriesLeft: number;
  told: Told;
}

export interface Head {
  /** 0: there is no such queue. */
  epoch: number;
  claimedTo: number;
  floor: number;
  raisedBy: string;
  rewinds: readonly Rewind[];
  segments: readonly SegmentStatus[];
}

export interface SegmentStatus {
  readonly status: 'open' | 'closed' | 'dropped';
  readonly lastAdded: number;
}

/** A server of the projection, with what it holds of the queue. */
export interface Server {
  identity: number;
  queue: Queue | null;
}

export interface Queue {
  epoch: number;
  /** Of the server that it was opened on. */
  identity: number;
  shut: boolean;
  claimedTo: number;
  allocated: number;
  published: number;
  fetched: number;
  version: number;
  known: readonly number[];
  pending: readonly number[];
  gaps: readonly number[];
  returned: readonly number[];
  leases: readonly Lease[];
}

export interface Lease {
  readonly worker: string;
  readonly index: number;
  readonly lease: string;
}

export interface Delivery extends Lease {
  /** Acked rows that its task had when it was claimed. */
  readonly acks: number;
}

/** A node with its round engine. */
export interface Node {
  readonly id: string;
  server: number;
  /** The epoch it believes in. */
  epoch: number;
  /** An append was moved: the next round asks the log for the epoch. */
  forgets: boolean;
  /** Batches of commands that still come, each with one round. */
  batches: readonly (readonly Wish[])[];
  commands: Command[];
}

export type CommandKind = 'add' | 'fetch' | 'ack' | 'recover' | 'sweep' | 'close';

/** What a client or a job asks of a node. */
export interface Wish {
  readonly kind: CommandKind;
  readonly worker?: string;
  /** An ack of a task that carries a token. */
  readonly token?: boolean;
  /** An ack sent without having seen a task. */
  readonly blind?: boolean;
}

/** A command under way. Flat, so that it is cheap to copy and to compare. */
export interface Command {
  readonly id: string;
  readonly kind: CommandKind;
  step: CommandStep;
  worker: string;
  index: number;
  lease: string;
  version: number;
  recovered: number;
  /** The epoch of the round that decided; 0: asked to be applied in whichever epoch it is. */
  epoch: number;
  /** Another lease of the task in the log. */
  other: string;
  /** fetch: confirmed acks when it began. ack: what its worker meant. close: gaps that it read. */
  indices: readonly number[];
  /** The lease that an ack means. */
  means: string;
  /** ack: carries a token not yet reported. fetch: the lease is logged. sweep: there is an Added. */
  flag: boolean;
  /** claimed_to as read, the segment to be closed, or the Acked rows of a claimed task. */
  number: number;
  /** Rewinds that were confirmed before it began; -1: one was under way (an ack then promises less). */
  rewound: number;
}

export type CommandStep =
  | 'reserve'
  | 'claim'
  | 'holding'
  | 'expired'
  | 'stalePending'
  | 'closable'
  | 'info'
  | 'publish'
  | 'settle'
  | 'hole'
  | 'returned'
  | 'markGap'
  | 'extend'
  | 'closeSegment'
  | 'read'
  | 'readAgain'
  | 'append'
  | 'look'
  | 'appendAgain'
  | 'readHead'
  | 'claimSegment'
  | 'completed'
  | 'handOut'
  | 'scan'
  | 'close'
  | 'closed'
  | 'done';

export type JobKind = 'rebuild' | 'rewind' | 'retain' | 'create';

/** What runs beside the rounds. */
export interface Job {
  readonly id: string;
  readonly kind: JobKind;
  step: JobStep;
  server: number;
  identity: number;
  epoch: number;
  claimedTo: number;
  raisedBy: string;
  triesLeft: number;
  /** The last of a rewind, or the segment that retention drops. */
  number: number;
  /** The rewind goes on as a rebuild. */
  rewinding: boolean;
  inPlace: boolean;
  segments: readonly SegmentStatus[] | null;
  /** Segments that are to be read. */
  unread: readonly number[];
  rows: readonly Row[];
}

export type JobStep =
  | 'identity'
  | 'readHead'
  | 'shut'
  | 'raise'
  | 'mine'
  | 'wait'
  | 'segments'
  | 'scan'
  | 'restore'
  | 'write'
  | 'open'
  | 'delete'
  | 'mark'
  | 'done';

/** What clients have heard. */
export interface Told {
  /** Indices of confirmed adds. */
  added: number[];
  /** Indices whose ack was confirmed, and that were not rewound since. */
  acked: number[];
  /** What each worker was given last. */
  given: Delivery[];
  /** Epochs of confirmed rewinds. */
  rewound: number[];
  /** Tasks that activity.completed was called for. */
  completed: number[];
  /** Retention dropped something: what is gone is no loss. */
  dropped: boolean;
}

/** A step works on its own copy of the world and reports what it breaks. */
export interface Context {
  readonly world: World;
  readonly rules: Rules;
  broken(text: string): void;
}

export const copyOf = (world: World): World => ({
  ...world,
  log: world.log.slice(),
  head: { ...world.head },
  servers: world.servers.map((server) => server && copyOfServer(server)),
  nodes: world.nodes.map((node) => ({
    ...node,
    commands: node.commands.map((command) => ({ ...command })),
  })),
  jobs: world.jobs.map((job) => ({ ...job })),
  late: world.late.slice(),
  expired: world.expired.slice(),
  left: world.left.slice(),
  told: {
    added: world.told.added.slice(),
    acked: world.told.acked.slice(),
    given: world.told.given.slice(),
    rewound: world.told.rewound.slice(),
    completed: world.told.completed.slice(),
    dropped: world.told.dropped,
  },
});

export const copyOfServer = ({ identity, queue }: Server): Server => ({
  identity,
  queue: queue && { ...queue },
});

/** The queue of a server as its scripts see it: gone where the server is another than it was opened on. */
export function openQueue(server: Server | null | undefined): Queue | null {
  const queue = server?.queue;
  return queue && !queue.shut && queue.identity === server.identity ? queue : null;
}

export function newestServer({ servers }: World): number {
  for (let i = servers.length - 1; i >= 0; i--) if (servers[i]) return i;
  throw new Error('no server is left');
}

export const including = (list: readonly number[], index: number): readonly number[] =>
  list.includes(index) ? list : [...list, index].sort((a, b) => a - b);
export const without = (list: readonly number[], index: number): readonly number[] =>
  list.filter((other) => other !== index);
