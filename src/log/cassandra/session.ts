import type { Client, QueryOptions } from 'cassandra-driver';
import { policies, types } from 'cassandra-driver';
import { surelyNotDone, unavailable, unknownOutcome, isOfServer } from './outcome';

/** A statement with its parameters, in the order of the question marks. */
export interface Bound {
  readonly query: string;
  readonly params: readonly unknown[];
}

export interface Page<Row> {
  readonly rows: readonly Row[];
  /** Where the next page begins; null: there is none. */
  readonly next: string | null;
}

/** How a round of writes ended that was not acknowledged. */
export interface NotAcknowledged {
  readonly surelyNotDone: boolean;
  readonly error: unknown;
}

/** The driver's client with the consistency, retries and errors of this log. */
export class Session {
  private readonly reading: QueryOptions;
  private readonly readingSerially: QueryOptions;
  private readonly writing: QueryOptions;
  private readonly deciding: QueryOptions;

  constructor(
    readonly client: Client,
    acrossDataCenters: boolean,
  ) {
    const { localQuorum, localSerial, quorum, serial } = types.consistencies;
    const [plain, paxos] = acrossDataCenters ? [quorum, serial] : [localQuorum, localSerial];
    const retryReads = new policies.retry.IdempotenceAwareRetryPolicy(
      new policies.retry.RetryPolicy(),
    );
    // The driver reports only the last of its tries: a node that did not get the rows would hide one
    // that may have. So a write is tried once here, and repeated by who remembers (repeatedWrite.ts).
    const noRetry = new policies.retry.FallthroughRetryPolicy();
    this.reading = { consistency: plain, isIdempotent: true, retry: retryReads };
    this.readingSerially = { ...this.reading, consistency: paxos };
    this.writing = { consistency: plain, isIdempotent: true, retry: noRetry, logged: false };
    this.deciding = {
      consistency: plain,
      serialConsistency: paxos,
      isIdempotent: false,
      retry: noRetry,
      logged: false,
    };
  }

  /** All rows of a short answer. */
  async rows<Row>({ query, params }: Bound): Promise<readonly Row[]> {
    const { rows } = await this.execute(query, params, this.reading);
    return rows as unknown as Row[]; // who wrote the statement knows its columns
  }

  /** As `rows`, after completing what a conditional write of unknown outcome has begun. */
  async rowsSerially<Row>({ query, params }: Bound): Promise<readonly Row[]> {
    const { rows } = await this.execute(query, params, this.readingSerially);
    return rows as unknown as Row[]; // who wrote the statement knows its columns
  }

  async page<Row>(
    { query, params }: Bound,
    fetchSize: number,
    from: string | null,
  ): Promise<Page<Row>> {
    const paging = from === null ? { fetchSize } : { fetchSize, pageState: from };
    const result = await this.execute(query, params, { ...this.reading, ...paging });
    // Typed as a string, null after the last page.
    const next = (result.pageState as string | null) ?? null;
    return { rows: result.rows as unknown as Row[], next };
  }

  /** One attempt to write rows of one partition; null: acknowledged. */
  async write(statements: readonly Bound[]): Promise<NotAcknowledged | null> {
    try {
      const [only] = statements;
      if (only && statements.length === 1) {
        await this.client.execute(only.query, only.params as unknown[], this.writing);
      } else {
        await this.client.batch(statements as { query: string; params: unknown[] }[], this.writing);
      }
      return null;
    } catch (error) {
      if (!isOfServer(error)) throw error;
      return { surelyNotDone: surelyNotDone(error, false), error };
    }
  }

  /**
   * One lightweight transaction on one partition; whether its conditions held. Throws LogUnavailable if
   * it surely changed nothing, OutcomeUnknown if it may have.
   */
  async decide(statements: readonly Bound[]): Promise<boolean> {
    try {
      const result = await this.client.batch(
        statements as { query: string; params: unknown[] }[],
        this.deciding,
      );
      return result.wasApplied();
    } catch (error) {
      if (!isOfServer(error)) throw error;
      throw surelyNotDone(error, true) ? unavailable(error) : unknownOutcome(error);
    }
  }

  private async execute(query: string, params: readonly unknown[], options: QueryOptions) {
    try {
      return await this.client.execute(query, params as unknown[], options);
    } catch (error) {
      throw unavailable(error);
    }
  }
}
