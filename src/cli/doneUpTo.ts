import type { QueueId } from '../domain';

/** How far several at a time have come in the order of the directory: behind `after` some may be done, too. */
export class DoneUpTo {
  private readonly begun: { readonly queue: QueueId; isDone: boolean }[] = [];

  /** How many of them this run has done. */
  count = 0;

  /** All up to this one are done. */
  constructor(public after: QueueId | null) {}

  /** To be called in order; answers what is to be called when it is done. */
  begin(queue: QueueId): () => void {
    const entry = { queue, isDone: false };
    this.begun.push(entry);
    return () => {
      entry.isDone = true;
      for (let first = this.begun[0]; first?.isDone; first = this.begun[0]) {
        this.after = first.queue;
        this.count += 1;
        this.begun.shift();
      }
    };
  }
}
