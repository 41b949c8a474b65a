import type { AckRequest } from '../../src/commands/workQueue';
import type { WorkerId } from '../../src/domain';
import { QueueError, RewindRefused } from '../../src/domain';
import type { Action } from './moves';
import { describeAction } from './moves';
import type { SimNode } from './node';
import { QUEUE } from './queue';
import type { World } from './world';

/** A call of a client that has not been answered. */
export interface ClientCall {
  readonly node: SimNode;
  readonly action: Action;
}

/** Calls nodes as clients do, and tells the witness what they were answered. */
export class Clients {
  readonly underWay = new Set<ClientCall>();
  /** How many calls ended in an error. */
  failures = 0;

  constructor(private readonly world: World) {}

  /** Begins the call; null: there is nothing to ask for. */
  start(node: SimNode, action: Action): void {
    const answer = this.call(node, action);
    if (!answer) return;
    const call: ClientCall = { node, action };
    this.underWay.add(call);
    answer.then(
      (said) => {
        this.ended(call, said);
      },
      (error: unknown) => {
        this.failed(call, error);
      },
    );
  }

  /** Nobody hears how they end. */
  abandon(node: SimNode): void {
    for (const call of this.underWay) if (call.node === node) this.underWay.delete(call);
  }

  isFree(worker: string, max: number): boolean {
    let calls = 0;
    for (const { action } of this.underWay) {
      if ('worker' in action && action.worker === worker) calls++;
    }
    return calls < max;
  }

  /** Resolves with what was answered, in words. */
  private call(node: SimNode, action: Action): Promise<string> | null {
    const { witness } = this.world;
    switch (action.type) {
      case 'add':
        return this.add(node, action.value, action.token);
      case 'fetch':
        return this.fetch(node, action);
      case 'ack':
        return this.ack(node, action);
      case 'rewind': {
        const call = witness.rewind(action.last);
        return node.queue.rewind(QUEUE, action.last).then(
          () => {
            call.done();
            return 'true';
          },
          (error: unknown) => {
            if (error instanceof RewindRefused) call.refused();
            throw error;
          },
        );
      }
      case 'job':
        return node.jobs[action.job]().then(() => 'done');
      case 'rebuild':
        return node.upkeep.rebuild(QUEUE).then((epoch) => `epoch ${String(epoch)}`);
      case 'info':
        return node.queue
          .info(QUEUE)
          .then(({ published, fetched }) => `${String(published)} ${String(fetched)}`);
    }
  }

  private async add(node: SimNode, value: number, token: boolean): Promise<string> {
    const call = this.world.witness.add(value);
    await node.queue.add(QUEUE, { value, ...(token ? { token: value } : {}) });
    call.confirmed();
    return 'true';
  }

  private async fetch(
    node: SimNode,
    { worker, ttrMs, recoverBy }: Extract<Action, { type: 'fetch' }>,
  ): Promise<string> {
    const call = this.world.witness.fetch(worker, ttrMs, recoverBy);
    const delivery = await node.queue.fetch(QUEUE, {
      workerId: worker as WorkerId,
      timeToRecoverMs: ttrMs,
      recoverBy,
    });
    call.answered(delivery);
    if (delivery && this.world.clockMaxMs - delivery.fetchedAt > ttrMs) {
      this.world.faults.fired('lease ran out');
    }
    return delivery ? `value ${String(delivery.value)}, lease ${delivery.leaseId}` : 'null';
  }

  private ack(
    node: SimNode,
    { worker, means }: Extract<Action, { type: 'ack' }>,
  ): Promise<string> | null {
    const { witness } = this.world;
    const given = means === 'any' ? null : witness.lastTold(worker, means === 'former');
    if (means !== 'any' && !given) return null;
    const call = witness.ack(worker, given);
    const request: AckRequest = {
      workerId: worker as WorkerId,
      completed: () => Promise.resolve(),
      ...(given ? { leaseId: given.leaseId } : {}),
    };
    return node.queue.ack(QUEUE, request).then((done) => {
      call.answered(done);
      return given ? `${String(done)} for ${given.leaseId}` : String(done);
    });
  }

  private ended(call: ClientCall, said: string): void {
    if (!this.underWay.delete(call)) return;
    this.world.trace.note(said, () => `    ${describeAction(call.action)}: ${said}`);
  }

  /** Calls may fail; what is not an error that callers are told of is a bug. */
  private failed(call: ClientCall, error: unknown): void {
    if (!this.underWay.delete(call)) return;
    this.failures++;
    const reasons: unknown[] = error instanceof AggregateError ? error.errors : [error];
    const bug = reasons.find((reason) => !(reason instanceof QueueError));
    const [first] = reasons as QueueError[];
    this.world.trace.note(
      String(first?.type),
      () => `    ${describeAction(call.action)}: ${String(first?.type)}`,
    );
    if (bug) this.world.noted(() => thrown(bug));
  }
}

const thrown = (error: unknown): never => {
  throw error;
};
