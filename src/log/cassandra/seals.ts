import type { QueueId, SealList, Segment, StoredSeal } from '../../domain';
import { OutcomeUnknown } from '../../domain';
import { isStorable } from '../queueNames';
import type { SealColumns, SealListColumns } from './columns';
import type { RepeatUntil } from './repeatedWrite';
import { writeRepeatedly } from './repeatedWrite';
import type { Session } from './session';
import type { Statements } from './statements';

const PAGE_ROWS = 1000;
/** Of a list, one mutation: the server takes 16 MiB. */
const PART_BYTES_MAX = 1024 * 1024;

/** The seals of closed segments, a chain: each is written once, after the one before it. */
export class Seals {
  constructor(
    private readonly session: Session,
    private readonly statements: Statements,
    private readonly repeat: RepeatUntil,
  ) {}

  async list(queue: QueueId, after = 0): Promise<StoredSeal[]> {
    if (!isStorable(queue)) return [];
    const found: StoredSeal[] = [];
    let next: string | null = null;
    do {
      const page: Awaited<ReturnType<typeof this.page>> = await this.page(queue, after, next);
      found.push(...page.rows.map(toStoredSeal));
      next = page.next;
    } while (next !== null);
    return found;
  }

  async listOf(queue: QueueId, number: number, hash: string): Promise<Buffer | null> {
    if (!isStorable(queue)) return null;
    const query = this.statements.sealList(queue, number, hash);
    const parts: Buffer[] = [];
    let next: string | null = null;
    do {
      const page: Awaited<ReturnType<typeof this.session.page<SealListColumns>>> =
        await this.session.page<SealListColumns>(query, 1, next);
      parts.push(...page.rows.map(({ bytes }) => bytes));
      next = page.next;
    } while (next !== null);
    return parts.length === 0 ? null : Buffer.concat(parts);
  }

  /**
   * The list first, under its own hash: one that loses against another seal of this number is in
   * nobody's way, and no seal is without its list.
   */
  async write(queue: QueueId, seal: StoredSeal, list: SealList): Promise<boolean> {
    if (!isStorable(queue)) return false;
    for (let part = 0; part === 0 || part * PART_BYTES_MAX < list.bytes.length; part++) {
      const bytes = list.bytes.subarray(part * PART_BYTES_MAX, (part + 1) * PART_BYTES_MAX);
      const insert = this.statements.insertSealPart(queue, seal.number, list.hash, part, bytes);
      await writeRepeatedly(() => this.session.write([insert]), this.repeat);
    }
    const chain =
      seal.number === 1
        ? this.statements.firstSeal(queue)
        : this.statements.nextSeal(queue, seal.number);
    try {
      return await this.session.decide([chain, this.statements.insertSeal(queue, seal)]);
    } catch (error) {
      if (!(error instanceof OutcomeUnknown)) throw error;
      const query = this.statements.seal(queue, seal.number);
      const [row] = await this.session.rowsSerially<SealColumns>(query).catch(() => []);
      // Not there: a coordinator that was slow may still bring it.
      if (!row) throw error;
      return row.signature === seal.signature;
    }
  }

  private page(queue: QueueId, after: number, next: string | null) {
    return this.session.page<SealColumns>(this.statements.seals(queue, after), PAGE_ROWS, next);
  }
}

const toStoredSeal = ({ number, segment, body, signature }: SealColumns): StoredSeal => ({
  number,
  segment: segment as Segment,
  body,
  signature,
});
