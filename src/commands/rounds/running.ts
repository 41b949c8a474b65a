import type { Epoch, Operation } from '../../domain';
import type { Command, Effect } from '../effects';

/** A command under way. `effect` is what it yielded last and waits for. */
export class Running {
  effect: Effect = NOTHING;
  /** The epoch of the round that answered it last; null: none, or it was told that the queue moved. */
  decidedIn: Epoch | null = null;

  private constructor(
    private readonly command: Command<unknown>,
    private readonly resolve: (answer: unknown) => void,
    private readonly reject: (error: unknown) => void,
    private readonly accept: (running: Running) => void,
  ) {}

  /** Runs the command to its answer; `accept` is told whenever it waits for an effect. */
  static launch<Answer>(
    command: Command<Answer>,
    accept: (running: Running) => void,
  ): Promise<Answer> {
    return new Promise<Answer>((resolve, reject) => {
      const running = new Running(command, resolve as (answer: unknown) => void, reject, accept);
      running.answer(undefined);
    });
  }

  /** The effect is done. */
  answer(answer: unknown): void {
    this.resume(() => this.command.next(answer));
  }

  /** The effect went wrong. */
  fail(error: unknown): void {
    this.resume(() => this.command.throw(error));
  }

  get operations(): readonly Operation[] {
    return this.effect.type === 'operate' ? this.effect.operations : [];
  }

  private resume(step: () => IteratorResult<Effect, unknown>): void {
    try {
      const { done, value } = step();
      if (done) {
        this.resolve(value);
      } else {
        this.effect = value;
        this.accept(this);
      }
    } catch (error) {
      this.reject(error);
    }
  }
}

const NOTHING: Effect = { type: 'operate', operations: [] };
