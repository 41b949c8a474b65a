import { OutcomeUnknown } from '../../domain';
import type { Transact } from './transaction';

/** Bytes that wait for the end of the turn; with more, the group is written at once. */
const GROUP_BYTES_MAX = 4 * 1024 * 1024;

interface Member {
  /** Writes, within the transaction; the function it returns tells the caller, after the commit. */
  readonly write: () => () => void;
  readonly reject: (error: unknown) => void;
}

/**
 * Writes that arrive in one turn of the event loop share a transaction, and so one fsync: it costs far
 * more than the rows.
 */
export class GroupCommit {
  private members: Member[] = [];
  private bytes = 0;
  private timer: NodeJS.Immediate | null = null;

  constructor(
    private readonly transact: Transact,
    private readonly bytesMax = GROUP_BYTES_MAX,
  ) {}

  /** Resolves with the result of `write` once it is on disk. */
  submit<A>(bytes: number, write: () => A): Promise<A> {
    return new Promise((resolve, reject) => {
      this.members.push({
        write: () => {
          const result = write();
          return () => resolve(result);
        },
        reject,
      });
      this.bytes += bytes;
      if (this.bytes >= this.bytesMax) this.flush();
      else this.timer ??= setImmediate(() => this.flush());
    });
  }

  /** Writes what waits, now. */
  flush(): void {
    const members = this.members;
    this.members = [];
    this.bytes = 0;
    if (this.timer) clearImmediate(this.timer);
    this.timer = null;
    if (members.length > 0) this.commit(members);
  }

  private commit(members: readonly Member[]): void {
    try {
      const tell = this.transact(() => members.map(({ write }) => write()));
      for (const told of tell) told();
    } catch (error) {
      // Surely rolled back: each again by itself, so that one that cannot be written fails alone.
      if (members.length > 1 && !(error instanceof OutcomeUnknown)) {
        for (const member of members) this.commit([member]);
      } else {
        for (const { reject } of members) reject(error);
      }
    }
  }
}
