import type { QueueId, SealList, StoredSeal } from '../../domain';
import type { QueueIds } from './queueIds';
import { toStoredSeal } from './rows';
import type { Statements } from './statements';
import type { Transact } from './transaction';

/** The seals of closed segments, a chain: each is written once, after the one before it. */
export class Seals {
  constructor(
    private readonly statements: Statements,
    private readonly queueIds: QueueIds,
    private readonly transact: Transact,
  ) {}

  list(queue: QueueId, after = 0): StoredSeal[] {
    const id = this.queueIds.find(queue);
    return id === undefined ? [] : this.statements.seals.all(id, after).map(toStoredSeal);
  }

  listOf(queue: QueueId, number: number, hash: string): Buffer | null {
    const id = this.queueIds.find(queue);
    return (id === undefined ? undefined : this.statements.sealList.get(id, number, hash)) ?? null;
  }

  write(queue: QueueId, seal: StoredSeal, list: SealList): boolean {
    const id = this.queueIds.find(queue);
    if (id === undefined) return false;
    return this.transact(() => {
      if (this.statements.lastSeal.get(id) !== seal.number - 1) return false;
      const { number, segment, body, signature } = seal;
      this.statements.insertSeal.run(id, number, segment, body, signature, list.hash, list.bytes);
      return true;
    });
  }
}
