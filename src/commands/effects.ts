import type {
  Confirmation,
  Epoch,
  EventRow,
  Operation,
  Reply,
  Rewind,
  TaskEvent,
  TaskIndex,
  Version,
} from '../domain';

/**
 * A command is a generator: it yields what it needs done outside and is resumed with the answer, so its
 * file reads top to bottom as the story of where a process may die. The round engine does what many
 * commands yielded in one call, and knows nothing of any one of them. A yield throws what went wrong.
 */
export type Command<Answer> = Generator<Effect, Answer, unknown>;

export type Effect =
  /** Operations of one kind, done in one round of the projection. */
  | { readonly type: 'operate'; readonly operations: readonly Operation[] }
  /** The rows of these tasks. `first`: all were claimed for the first time in the epoch of the round. */
  | { readonly type: 'read'; readonly indices: readonly TaskIndex[]; readonly first: boolean }
  /** Rows to be logged in the epoch of the round. No rows: only asks whether the epoch still stands. */
  | { readonly type: 'append'; readonly rows: readonly EventRow[] }
  /** Something slow that must not hold up the round. */
  | { readonly type: 'outside'; readonly run: () => Promise<unknown> };

/** The round in which something was answered. */
export interface RoundContext {
  readonly epoch: Epoch;
  readonly segmentSize: number;
  /** The rewinds as of this epoch, ascending. */
  readonly rewinds: readonly Rewind[];
  /** The lease clock when the projection answered, milliseconds since 1970. */
  readonly now: number;
  /** The lease clock at this moment, as far as this node can tell. */
  elapsedNow(): number;
  eventId(): string;
}

/** 'MOVED': the queue went to a newer epoch before this was applied; nothing was applied. */
export const MOVED = 'MOVED';
type Applied = 'publish' | 'settle' | 'returned' | 'hole' | 'markGap' | 'extend' | 'closeSegment';
export type Answer<Op extends Operation> =
  Reply<Op> | (Op['do'] extends Applied ? typeof MOVED : never);

const APPLIED: ReadonlySet<Operation['do']> = new Set<Applied>([
  'publish',
  'settle',
  'returned',
  'hole',
  'markGap',
  'extend',
  'closeSegment',
]);

/** Applies what was logged (rather than deciding something new): asked again only by the command itself. */
export const applies = (operation: Operation): boolean => APPLIED.has(operation.do);

/** `round` is there wherever the reply is a task, a lease or an index. */
export interface Answered<Op extends Operation> {
  readonly reply: Answer<Op>;
  readonly round: RoundContext;
}

/** What the engine resumes an 'operate' with; no round where nothing was done (moved, no such queue). */
export interface Operated {
  readonly replies: readonly unknown[];
  readonly round: RoundContext | null;
}

export function* operate<Op extends Operation>(
  operation: Op,
): Generator<Effect, Answered<Op>, unknown> {
  const { replies, round } = (yield { type: 'operate', operations: [operation] }) as Operated;
  return { reply: replies[0] as Answer<Op>, round: round as RoundContext };
}

export function* operateAll(operations: readonly Operation[]): Command<void> {
  if (operations.length > 0) yield { type: 'operate', operations };
}

/** The rows of one task, in order of (epoch, version). */
export function* readTask(index: TaskIndex, first = false): Command<readonly EventRow[]> {
  const tasks = yield* readTasks([index], first);
  return tasks.get(index) ?? [];
}

export function* readTasks(
  indices: readonly TaskIndex[],
  first = false,
): Command<ReadonlyMap<TaskIndex, readonly EventRow[]>> {
  return (yield { type: 'read', indices, first }) as ReadonlyMap<TaskIndex, readonly EventRow[]>;
}

export function* append(
  rows: readonly EventRow[],
): Command<Exclude<Confirmation['type'], 'failed'>> {
  return (yield { type: 'append', rows }) as Exclude<Confirmation['type'], 'failed'>;
}

export function* outside(run: () => Promise<unknown>): Command<void> {
  yield { type: 'outside', run };
}

/** The row of an event decided in this round. */
export const rowOf = (
  round: RoundContext,
  index: TaskIndex,
  version: Version,
  event: TaskEvent,
  sealed: Pick<EventRow, 'keyId' | 'payload'> = NO_PAYLOAD,
): EventRow => ({
  index,
  epoch: round.epoch,
  version,
  eventId: round.eventId(),
  at: round.now,
  event,
  keyId: sealed.keyId,
  payload: sealed.payload,
});

const NO_PAYLOAD = { keyId: null, payload: null };
