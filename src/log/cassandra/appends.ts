import type { Batch, Confirmation, Epoch, QueueId, RecordRow, Segment } from '../../domain';
import { encodeEvent, OutcomeUnknown, segmentOf } from '../../domain';
import { noSuchQueue } from '../queueNames';
import { mapBounded } from './bounded';
import type { EncodedRow } from './chunks';
import { bytesOf, chunksOf } from './chunks';
import type { GatheredWrites } from './gatheredWrites';
import type { Clock, Instant } from './instant';
import type { Look, Looks } from './looks';
import { vouchesFor } from './looks';
import type { RepeatUntil } from './repeatedWrite';
import { writeRepeatedly } from './repeatedWrite';
import type { Session } from './session';
import type { Statements } from './statements';

const BATCHES_AT_ONCE = 16;
const CHUNKS_AT_ONCE = 4;

const confirmed: Confirmation = { type: 'confirmed' };

/**
 * Appends rows and says of each batch whether it may be acted upon. The write itself cannot check the
 * epoch, so the confirmation rests on a look at the head [F1], which runs beside the write.
 */
export class Appends {
  constructor(
    private readonly session: Pick<Session, 'rows' | 'write'>,
    private readonly writes: Pick<GatheredWrites, 'write'>,
    private readonly statements: Statements,
    private readonly looks: Looks,
    private readonly clock: Clock,
    private readonly repeat: RepeatUntil,
  ) {}

  async append(
    queue: QueueId,
    epoch: Epoch,
    batches: readonly Batch[],
  ): Promise<readonly Confirmation[]> {
    if (batches.length === 0) return [await this.confirm(queue, epoch)];
    const known = this.looks.known(queue) ?? (await this.looks.latest(queue));
    if (!known || known.epoch > epoch) {
      const refused = known ? movedTo(known) : failed(noSuchQueue(queue));
      return batches.map(() => refused);
    }
    this.looks.renew(queue, epoch);
    return mapBounded(batches, BATCHES_AT_ONCE, async (batch) => {
      try {
        await this.write(queue, known.segmentSize, batch);
      } catch (error) {
        if (error instanceof Error) return failed(error);
        throw error;
      }
      return this.confirmWritten(queue, epoch);
    });
  }

  /** One row for a record however many nodes write it; of two at once, the later stands. */
  async record(queue: QueueId, row: RecordRow): Promise<void> {
    if (!(await this.looks.latest(queue))) throw noSuchQueue(queue);
    const found = await this.session.rows<unknown>(this.statements.recordAt(queue, row));
    if (found.length > 0) return;
    const insert = this.statements.insertRecord(queue, row);
    await writeRepeatedly(() => this.session.write([insert]), this.repeat);
  }

  /** What was read or appended before the call then stands. */
  async confirm(queue: QueueId, epoch: Epoch): Promise<Confirmation> {
    const now = this.clock();
    this.looks.renew(queue, epoch);
    return this.confirmation(queue, epoch, now);
  }

  private async confirmWritten(queue: QueueId, epoch: Epoch): Promise<Confirmation> {
    try {
      return await this.confirmation(queue, epoch, this.clock());
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      return failed(
        new OutcomeUnknown(`Written, but the epoch cannot be read: ${reason}`, {}, error),
      );
    }
  }

  private async confirmation(
    queue: QueueId,
    epoch: Epoch,
    acknowledgedAt: Instant,
  ): Promise<Confirmation> {
    const look = await this.looks.latest(queue).catch(() => undefined);
    if (look && look.epoch > epoch) return movedTo(look);
    if (look && look.epoch === epoch && vouchesFor(look, acknowledgedAt)) return confirmed;
    const later = await this.looks.begunSince(queue, acknowledgedAt);
    if (!later) return failed(noSuchQueue(queue));
    return later.epoch === epoch ? confirmed : movedTo(later);
  }

  /** Throws LogUnavailable if no row of the batch was written, OutcomeUnknown if some may have been. */
  private async write(queue: QueueId, segmentSize: number, batch: Batch): Promise<void> {
    const [first] = batch;
    if (!first) return;
    const segment = segmentOf(first.index, segmentSize);
    const encoded = batch.map((row) => ({ row, body: encodeEvent(row.event) }));
    const chunks = chunksOf(encoded);
    const [only] = chunks;
    if (only && chunks.length === 1) return this.writeChunk(queue, segment, only);
    await this.writeParts(queue, segment, chunks);
  }

  private writeChunk(
    queue: QueueId,
    segment: Segment,
    chunk: readonly EncodedRow[],
  ): Promise<void> {
    const statements = this.statements.insertEvents(queue, segment, chunk);
    const bytes = bytesOf(chunk);
    return writeRepeatedly(() => this.writes.write(statements, bytes), this.repeat);
  }

  private async writeParts(
    queue: QueueId,
    segment: Segment,
    chunks: readonly (readonly EncodedRow[])[],
  ): Promise<void> {
    const errors = await mapBounded(chunks, CHUNKS_AT_ONCE, async (chunk) => {
      try {
        await this.writeChunk(queue, segment, chunk);
        return null;
      } catch (error) {
        if (error instanceof Error) return error;
        throw error;
      }
    });
    const failure = errors.find((error) => error !== null);
    if (failure === undefined) return;
    if (errors.every((error) => error !== null && !(error instanceof OutcomeUnknown)))
      throw failure;
    const { ownerId, serviceId } = queue;
    throw new OutcomeUnknown(
      'A part of the batch is written, another may not be.',
      { ownerId, serviceId, segment },
      failure,
    );
  }
}

const movedTo = ({ epoch }: Look): Confirmation => ({ type: 'moved', epoch });
const failed = (error: Error): Confirmation => ({ type: 'failed', error });
