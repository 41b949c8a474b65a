import type {
  Confirmation,
  Epoch,
  EventRow,
  Head,
  Operation,
  QueueId,
  QueueInfo,
  Round,
  TaskIndex,
} from '../../domain';
import { OutcomeUnknown, Rebuilding, segmentOf, toRanges } from '../../domain';
import type { Command, Effect, Operated, RoundContext } from '../effects';
import { applies, MOVED, operate } from '../effects';
import type { Ports, Settings } from '../settings';
import type { Budget } from './budget';
import { withDeadline } from './deadline';
import { Epochs } from './epochs';

type Needs = Pick<Ports, 'log' | 'projection' | 'eventId' | 'monotonic' | 'wait'>;

/** A command under way, and what it yielded last. */
interface Running {
  readonly command: Command<unknown>;
  readonly resolve: (answer: unknown) => void;
  readonly reject: (error: unknown) => void;
  effect: Effect;
}

/** Operations of one round, in the order in which commands of one round must see each other. */
const ORDER: readonly (readonly Operation['do'][])[] = [
  ['publish', 'settle', 'returned', 'hole', 'markGap', 'extend', 'closeSegment'],
  ['holding'], // before claim: no ack acts on a lease claimed in its own round
  ['claim'],
  ['reserve'],
  ['expired', 'stalePending', 'closable', 'info'],
];
const RANK = new Map(ORDER.flatMap((kinds, rank) => kinds.map((kind) => [kind, rank] as const)));
const STALE_TRIES_MAX = 4;

/**
 * The round engine of one queue on this node. Commands gather while a round is under way. A round is
 * one call of the projection, which first applies what the round before has logged and then decides the
 * new commands; then one read of all their tasks; then one append per segment. A failure of a call hits
 * the commands in that call and no others.
 */
export class QueueRounds {
  private readonly epochs: Epochs;
  /** Waiting for the next round: those that apply what was logged, and those that want a decision. */
  private applying: Running[] = [];
  private deciding: Running[] = [];
  /** Waiting to read or append in the next round: what they appended was moved to a newer epoch. */
  private carried: Running[] = [];
  private running = false;
  private claiming: Promise<void> | null = null;
  lastUsedMs: number;

  constructor(
    private readonly needs: Needs,
    private readonly queue: QueueId,
    private readonly settings: Settings,
    private readonly budget: Budget,
  ) {
    this.epochs = new Epochs(needs, queue, settings);
    this.lastUsedMs = needs.monotonic();
  }

  /** Runs a command to its answer. `bytes`: what it carries. Rejects with Overloaded or Stopping. */
  async submit<Answer>(command: Command<Answer>, bytes = 0): Promise<Answer> {
    this.lastUsedMs = this.needs.monotonic();
    this.budget.take(bytes);
    try {
      return await this.launch(command);
    } finally {
      this.budget.give(bytes);
    }
  }

  get isIdle(): boolean {
    return !this.running;
  }

  // ---------- commands

  private launch<Answer>(command: Command<Answer>): Promise<Answer> {
    return new Promise<Answer>((resolve, reject) => {
      const running: Running = {
        command,
        resolve: resolve as (answer: unknown) => void,
        reject,
        effect: NOTHING,
      };
      this.resume(running, () => command.next());
    });
  }

  private resume(running: Running, step: () => IteratorResult<Effect, unknown>): void {
    try {
      const { done, value } = step();
      if (done) {
        running.resolve(value);
      } else {
        running.effect = value;
        this.accept(running);
      }
    } catch (error) {
      running.reject(error);
    }
  }

  private accept(running: Running): void {
    const { effect } = running;
    switch (effect.type) {
      case 'operate':
        (isApplying(running) ? this.applying : this.deciding).push(running);
        this.start();
        return;
      case 'read':
      case 'append':
        this.carried.push(running);
        this.start();
        return;
      case 'outside':
        effect.run().then(
          (answer) => {
            this.answer(running, answer);
          },
          (error: unknown) => {
            this.fail(running, error);
          },
        );
    }
  }

  private answer(running: Running, answer: unknown): void {
    this.resume(running, () => running.command.next(answer));
  }

  private fail(running: Running, error: unknown): void {
    this.resume(running, () => running.command.throw(error));
  }

  // ---------- rounds

  /** Starts the rounds with the next turn of the event loop, so that what was called in this one gathers. */
  private start(): void {
    if (this.running) return;
    this.running = true;
    setImmediate(() => void this.run());
  }

  private async run(): Promise<void> {
    while (this.carried.length + this.applying.length + this.deciding.length > 0) {
      const carried = this.carried;
      this.carried = [];
      await this.round(this.takeWaiting(), carried);
      await new Promise((resolve) => setImmediate(resolve)); // callers that were answered come back
    }
    this.running = false;
  }

  /** All that was logged, and new commands in the order they came, up to the bound of a round. */
  private takeWaiting(): Running[] {
    const taken = this.deciding.splice(0, this.settings.roundCommandsMax);
    taken.push(...this.applying);
    this.applying = [];
    return taken.sort((a, b) => rankOf(a) - rankOf(b));
  }

  private async round(commands: Running[], carried: Running[]): Promise<void> {
    let opened;
    try {
      opened = await this.operate(commands);
    } catch (error) {
      for (const running of [...commands, ...carried]) this.fail(running, error);
      return;
    }
    if (!opened) {
      for (const running of carried)
        this.fail(running, new Error('the queue has no head any more'));
      return;
    }
    const { head, round, context, answered } = opened;
    if (round.claimSegment) {
      // A failure is reported to the next add that finds no index left.
      this.claimSegment(head).catch(() => undefined);
    }

    // What does not wait for the next round now reads, then appends.
    this.answerOperated(answered, round, context, head);
    const now = [...carried, ...this.carried];
    this.carried = [];
    await this.readAll(now.filter(({ effect }) => effect.type === 'read'));
    const logging = [...now, ...this.carried].filter(({ effect }) => effect.type === 'append');
    this.carried = this.carried.filter(({ effect }) => effect.type !== 'append');
    await this.appendAll(head, logging);
  }

  /** One call of the projection; null: there is no such queue, and the commands were answered so. */
  private async operate(commands: Running[]): Promise<Opened | null> {
    const { projection, monotonic } = this.needs;
    let answered = commands;
    let head = this.epochs.isRenewing
      ? await withDeadline(this.settings.rebuildWaitMs, this.epochs.current(), rebuilding)
      : await this.call('head', this.epochs.current());
    for (let tries = 0; tries < STALE_TRIES_MAX; tries++) {
      if (!head && answered.some(isReserve)) {
        head = await this.call('createQueue', this.epochs.create());
      }
      if (!head) {
        for (const running of answered) this.answerAbsent(running);
        return null;
      }
      const operations = answered.flatMap(operationsOf);
      const startedAt = monotonic();
      const round = await this.call('round', projection.round(this.queue, head.epoch, operations));
      if (round.type === 'round') {
        return { head, round, context: this.contextOf(head, round.now, startedAt), answered };
      }

      // What was logged in the older epoch may mean something else now: its commands decide again.
      const moved = answered.filter(isApplying);
      answered = answered.filter((running) => !isApplying(running));
      head = await this.renewEpoch(round.epoch, moved);
    }
    throw rebuilding();
  }

  private async renewEpoch(there: Epoch | null, moved: Running[]): Promise<Head | null> {
    try {
      const renewed = this.epochs.renew(there);
      const head = await withDeadline(this.settings.rebuildWaitMs, renewed, rebuilding);
      for (const running of moved) this.answerMoved(running);
      return head;
    } catch (error) {
      for (const running of moved) this.fail(running, error);
      throw error;
    }
  }

  private answerOperated(
    commands: Running[],
    round: Round,
    context: RoundContext,
    head: Head,
  ): void {
    let next = 0;
    for (const running of commands) {
      const count = operationsOf(running).length;
      const replies = round.replies.slice(next, next + count);
      next += count;
      if (isReserve(running) && replies[0] === null) void this.reserveLater(running, head);
      else this.answer(running, { replies, round: context } satisfies Operated);
    }
  }

  private answerMoved(running: Running): void {
    const replies = operationsOf(running).map(() => MOVED);
    this.answer(running, { replies, round: null } satisfies Operated);
  }

  /** There is no such queue: nothing to hold, to claim or to count. */
  private answerAbsent(running: Running): void {
    const replies = operationsOf(running).map(({ do: kind }) => {
      if (kind === 'info') return NO_TASKS;
      return kind === 'expired' || kind === 'stalePending' || kind === 'closable' ? [] : null;
    });
    this.answer(running, { replies, round: null } satisfies Operated);
  }

  /** The clock is counted from before the call, so a lease is thought to end early rather than late. */
  private contextOf(head: Head, now: number, startedAt: number): RoundContext {
    const { monotonic, eventId } = this.needs;
    const { epoch, segmentSize, rewinds } = head;
    const elapsedNow = (): number => now + (monotonic() - startedAt);
    return { epoch, segmentSize, rewinds, now, elapsedNow, eventId };
  }

  // ---------- the log

  private async readAll(commands: Running[]): Promise<void> {
    if (commands.length === 0) return;
    const indices = new Set<TaskIndex>();
    for (const { effect } of commands) {
      if (effect.type === 'read') for (const index of effect.indices) indices.add(index);
    }
    const ranges = toRanges([...indices].sort((a, b) => a - b));
    let rows;
    try {
      rows = await this.call('read', this.needs.log.read(this.queue, ranges));
    } catch (error) {
      for (const running of commands) this.fail(running, error);
      return;
    }
    const tasks = new Map<TaskIndex, EventRow[]>();
    for (const row of rows) {
      const task = tasks.get(row.index);
      if (task) task.push(row);
      else tasks.set(row.index, [row]);
    }
    for (const running of commands) this.answer(running, tasks);
  }

  private async appendAll(head: Head, commands: Running[]): Promise<void> {
    if (commands.length === 0) return;
    const batches = new Map<number, EventRow[]>();
    for (const { effect } of commands) {
      if (effect.type !== 'append') continue;
      for (const row of effect.rows) {
        const segment = segmentOf(row.index, head.segmentSize);
        const batch = batches.get(segment);
        if (batch) batch.push(row);
        else batches.set(segment, [row]);
      }
    }
    const asks = commands.some(
      ({ effect }) => effect.type === 'append' && effect.rows.length === 0,
    );
    const [outcomes, standing] = await Promise.all([
      this.appendBatches(head, [...batches.values()]),
      asks ? this.confirm(head) : CONFIRMED,
    ]);
    const bySegment = new Map([...batches.keys()].map((segment, i) => [segment, outcomes[i]]));

    for (const running of commands) {
      if (running.effect.type !== 'append') continue;
      const { rows } = running.effect;
      const own = rows.map(({ index }) => bySegment.get(segmentOf(index, head.segmentSize)));
      this.answerAppend(running, rows.length === 0 ? [standing] : own);
    }
  }

  private answerAppend(running: Running, outcomes: readonly (Confirmation | undefined)[]): void {
    const failed = outcomes.find((outcome) => outcome?.type === 'failed');
    if (failed?.type === 'failed') {
      this.fail(running, failed.error);
      return;
    }
    const moved = outcomes.some((outcome) => outcome?.type === 'moved');
    if (moved) this.epochs.forget();
    this.answer(running, moved ? 'moved' : 'confirmed');
  }

  private async appendBatches(
    { epoch }: Head,
    batches: readonly EventRow[][],
  ): Promise<readonly Confirmation[]> {
    if (batches.length === 0) return [];
    try {
      return await this.call('append', this.needs.log.append(this.queue, epoch, batches));
    } catch (error) {
      return batches.map(() => ({ type: 'failed', error: error as Error }));
    }
  }

  private async confirm({ epoch }: Head): Promise<Confirmation> {
    try {
      return await this.call('confirm', this.needs.log.confirm(this.queue, epoch));
    } catch (error) {
      return { type: 'failed', error: error as Error };
    }
  }

  // ---------- segments

  /** No index was left: the command asks again once a segment was claimed. */
  private async reserveLater(running: Running, head: Head): Promise<void> {
    try {
      await this.claimSegment(head);
      this.accept(running);
    } catch (error) {
      this.fail(running, error);
    }
  }

  /** Claims the next segment in the log and tells the projection; one claim of this node at a time. */
  private claimSegment(head: Head): Promise<void> {
    this.claiming ??= this.claimNext(head).finally(() => {
      this.claiming = null;
    });
    return this.claiming;
  }

  private async claimNext({ epoch }: Head): Promise<void> {
    const { log } = this.needs;
    const read = await this.call('head', log.head(this.queue));
    if (read?.epoch !== epoch) {
      this.epochs.forget();
      return;
    }
    const claimed = await this.call('claimSegment', log.claimSegment(this.queue, read));
    // Not applied: another node claimed, or the epoch is newer and the next round is stale.
    if (claimed.head.epoch !== epoch) return;
    const { claimedTo } = claimed.head;
    await this.launch(operate({ do: 'extend', claimedTo }));
  }

  private call<T>(what: string, call: Promise<T>): Promise<T> {
    const { portTimeoutMs } = this.settings;
    return withDeadline(portTimeoutMs, call, () => noAnswer(what, portTimeoutMs));
  }
}

interface Opened {
  readonly head: Head;
  readonly round: Round;
  readonly context: RoundContext;
  readonly answered: Running[];
}

const NOTHING: Effect = { type: 'operate', operations: [] };
const CONFIRMED: Confirmation = { type: 'confirmed' };
const NO_TASKS: QueueInfo = {
  published: 0,
  fetched: 0,
  counts: { waiting: 0, leased: 0, returned: 0, pending: 0, gaps: 0 },
  leases: [],
};

const operationsOf = ({ effect }: Running): readonly Operation[] =>
  effect.type === 'operate' ? effect.operations : [];
const isApplying = (running: Running): boolean => operationsOf(running).some(applies);
const rankOf = (running: Running): number => {
  const [first] = operationsOf(running);
  return first ? (RANK.get(first.do) ?? 0) : 0;
};
const isReserve = (running: Running): boolean => operationsOf(running)[0]?.do === 'reserve';

const rebuilding = (): Rebuilding =>
  new Rebuilding('The projection of this queue is being rebuilt from the log. Try again.', {
    retryAfterMs: 1000,
  });
const noAnswer = (what: string, ms: number): OutcomeUnknown =>
  new OutcomeUnknown(`No answer to '${what}' within ${String(ms)} ms (portTimeoutMs). Try again.`, {
    retryAfterMs: 1000,
  });
