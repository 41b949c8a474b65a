import type { Epoch, Head, QueueId, Round } from '../../domain';
import { ProjectionUnavailable, Rebuilding } from '../../domain';
import type { Command, Operated, RoundContext } from '../effects';
import { applies, MOVED, operate } from '../effects';
import type { Ports, Settings } from '../settings';
import { absentReply } from './absent';
import type { Budget } from './budget';
import type { CallPort } from './deadline';
import { callWithin, withDeadline } from './deadline';
import { Epochs } from './epochs';
import { LogCalls } from './logCalls';
import { inOrder } from './order';
import type { RecentAdds } from './recentAdds';
import { Running } from './running';
import { SegmentClaims } from './segmentClaims';
import { Waiting } from './waiting';

type Needs = Pick<Ports, 'log' | 'projection' | 'eventId' | 'monotonic' | 'wait'>;

const STALE_TRIES_MAX = 4;

/**
 * The round engine of one queue on this node. Commands gather while a round is under way. A round is
 * one call of the projection, which first applies what the round before has logged and then decides the
 * new commands; then one read of all their tasks; then one append per segment. A failure of a call hits
 * the commands in that call and no others.
 */
export class QueueRounds {
  private readonly call: CallPort;
  private readonly epochs: Epochs;
  private readonly logCalls: LogCalls;
  private readonly segments: SegmentClaims;
  /** Waiting for the next round: what applies what was logged, and what wants a decision. */
  private applying: Running[] = [];
  private readonly deciding: Waiting;
  /** Waiting to read or append: in this round, or in the next if it comes too late for this one. */
  private logging: Running[] = [];
  private running = false;

  constructor(
    private readonly needs: Needs,
    private readonly queue: QueueId,
    private readonly settings: Settings,
    private readonly budget: Budget,
    recent: RecentAdds,
  ) {
    this.call = callWithin(settings.portTimeoutMs);
    this.deciding = new Waiting(settings, needs.monotonic);
    this.epochs = new Epochs(needs, queue, settings);
    this.logCalls = new LogCalls(needs.log, queue, this.call, recent);
    this.segments = new SegmentClaims(needs.log, queue, this.call, (head) => {
      this.epochs.noteClaimed(head);
      return Running.launch(operate({ do: 'extend', claimedTo: head.claimedTo }), this.accept);
    });
  }

  /** Counts a command and runs it. Rejects with Overloaded or Stopping. */
  submit<Answer>(command: Command<Answer>): Promise<Answer> {
    return this.budget.hold(0, () => this.run(command));
  }

  /** Runs a command of a call that is counted already. Throws Overloaded. */
  run<Answer>(command: Command<Answer>): Promise<Answer> {
    this.deciding.refuseIfTooMany();
    return Running.launch(command, this.accept);
  }

  /** Whether there is such a queue. Where there is, this node remembers, and no call has to wait. */
  exists(): true | Promise<boolean> {
    return this.epochs.known !== null || this.currentHead().then((head) => head !== null);
  }

  get isIdle(): boolean {
    return !this.running;
  }

  private readonly accept = (running: Running): void => {
    const { effect } = running;
    switch (effect.type) {
      case 'operate':
        if (isApplying(running)) this.applying.push(running);
        else this.deciding.add(running);
        this.start();
        return;
      case 'read':
      case 'append':
        this.logging.push(running);
        this.start();
        return;
      case 'outside':
        effect.run().then(
          (answer) => {
            running.answer(answer);
          },
          (error: unknown) => {
            running.fail(error);
          },
        );
    }
  };

  /** Starts with the next turn of the event loop, so that what is called in this one gathers. */
  private start(): void {
    if (this.running) return;
    this.running = true;
    setImmediate(() => void this.runRounds());
  }

  private async runRounds(): Promise<void> {
    while (this.logging.length + this.applying.length + this.deciding.size > 0) {
      await this.round(this.takeWaiting());
      this.deciding.roundEnded();
      await new Promise((resolve) => setImmediate(resolve)); // callers that were answered come back
    }
    this.running = false;
  }

  /** All that was logged, and new commands in the order they came, up to the bound of a round. */
  private takeWaiting(): Running[] {
    const { applying } = this;
    this.applying = [];
    return inOrder([...applying, ...this.deciding.take()]);
  }

  private async round(commands: Running[]): Promise<void> {
    const opened = await this.operate(commands);
    if (!opened) return;
    const { head, round, context, answered } = opened;
    if (round.claimSegment) {
      // A failure is reported to the next add that finds no index left.
      this.segments.claim(head.epoch).catch(() => undefined);
    }
    this.answerOperated(answered, round, context);

    await this.logCalls.read(this.takeLogging('read'), head.epoch);
    const appending = this.takeLogging('append');
    const moved = await this.logCalls.append(appending, head.epoch, head.segmentSize);
    if (moved) this.epochs.forget();
  }

  private takeLogging(type: 'read' | 'append'): Running[] {
    const taken = this.logging.filter(({ effect }) => effect.type === type);
    this.logging = this.logging.filter(({ effect }) => effect.type !== type);
    return taken;
  }

  /** One call of the projection; null: there is nothing to go on with, all commands were answered. */
  private async operate(commands: Running[]): Promise<Opened | null> {
    const { projection, monotonic } = this.needs;
    let answered = commands;
    try {
      let head = this.epochs.known ?? (await this.currentHead());
      for (let tries = 0; tries < STALE_TRIES_MAX; tries++) {
        if (!head && answered.some(isReserve)) {
          head = await this.call('createQueue', this.epochs.create());
        }
        if (!head) {
          if (this.logging.length > 0) throw new Error('a queue that had tasks has no head');
          for (const running of answered) running.answer(absentAnswer(running));
          return null;
        }
        // A look at the head may have told this node of a newer epoch before the projection does.
        const { epoch } = head;
        answered = sendBack(answered, ({ decidedIn }) => decidedIn !== null && decidedIn !== epoch);
        const operations = answered.flatMap((running) => running.operations);
        const startedAt = monotonic();
        const round = await this.call('round', projection.round(this.queue, epoch, operations));
        if (round.type === 'round') {
          if (!this.epochs.isKnownClaimed(round.claimedTo)) await this.refuseAheadOfLog(round);
          return { head, round, context: this.contextOf(head, round.now, startedAt), answered };
        }
        head = await this.renewHead(round.epoch);
        answered = sendBack(answered, () => true);
      }
      throw rebuilding();
    } catch (error) {
      for (const running of [
        ...answered,
        ...this.takeLogging('read'),
        ...this.takeLogging('append'),
      ]) {
        running.fail(error);
      }
      return null;
    }
  }

  private async currentHead(): Promise<Head | null> {
    return this.epochs.isRenewing
      ? withDeadline(this.settings.rebuildWaitMs, this.epochs.current(), rebuilding)
      : this.call('head', this.epochs.current());
  }

  /** The rebuild goes on where this stops waiting. */
  private async renewHead(there: Epoch | null): Promise<Head | null> {
    return withDeadline(this.settings.rebuildWaitMs, this.epochs.renew(there), rebuilding);
  }

  /**
   * A projection gives no index that its log has not claimed: this one is of another log, or the log was
   * set back. What it decided counts for nothing, since no read would find what is appended there.
   */
  private async refuseAheadOfLog({ claimedTo }: Round): Promise<void> {
    if (await this.call('head', this.epochs.isClaimed(claimedTo))) return;
    void this.renewHead(null).catch(() => undefined); // who comes next waits for it, or hears why not
    throw new ProjectionUnavailable(
      `The projection of this queue gives indices up to ${String(claimedTo)}, which the log has not claimed: it is that of another log, or the log was set back. It is built anew. Where two installations share a Redis, give each its own redis.prefix.`,
    );
  }

  private answerOperated(commands: Running[], round: Round, context: RoundContext): void {
    let next = 0;
    for (const running of commands) {
      const replies = round.replies.slice(next, (next += running.operations.length));
      if (isReserve(running) && replies[0] === null) void this.reserveLater(running, context.epoch);
      else {
        running.decidedIn = context.epoch;
        running.answer({ replies, round: context } satisfies Operated);
      }
    }
  }

  /** No index was left: the command asks again once a segment was claimed. */
  private async reserveLater(running: Running, epoch: Epoch): Promise<void> {
    try {
      await this.segments.claim(epoch);
      this.accept(running);
    } catch (error) {
      running.fail(error);
    }
  }

  /** The clock is counted from before the call, so a lease is thought to end early rather than late. */
  private contextOf(head: Head, now: number, startedAt: number): RoundContext {
    const { monotonic, eventId } = this.needs;
    const { epoch, segmentSize, rewinds } = head;
    const elapsedNow = (): number => now + (monotonic() - startedAt);
    return { epoch, segmentSize, rewinds, now, elapsedNow, eventId };
  }
}

interface Opened {
  readonly head: Head;
  readonly round: Round;
  readonly context: RoundContext;
  readonly answered: Running[];
}

const isApplying = ({ operations }: Running): boolean => operations.some(applies);
const isReserve = ({ operations }: Running): boolean => operations[0]?.do === 'reserve';

/** What was logged in an older epoch may mean something else in a newer one: its commands decide again. */
function sendBack(commands: Running[], which: (running: Running) => boolean): Running[] {
  const isMoved = (running: Running): boolean => isApplying(running) && which(running);
  const moved = commands.filter(isMoved);
  const rest = commands.filter((running) => !isMoved(running));
  for (const running of moved) {
    running.decidedIn = null;
    running.answer(movedAnswer(running));
  }
  return rest;
}

const movedAnswer = ({ operations }: Running): Operated => ({
  replies: operations.map(() => MOVED),
  round: null,
});
const absentAnswer = ({ operations }: Running): Operated => ({
  replies: operations.map(absentReply),
  round: null,
});
const rebuilding = (): Rebuilding =>
  new Rebuilding('The projection of this queue is being rebuilt from the log. Try again.', {
    retryAfterMs: 1000,
  });
