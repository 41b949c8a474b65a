import { randomUUID } from 'node:crypto';
import { Client, policies, types } from 'cassandra-driver';
import { v1 as timeUuid } from 'uuid';
import type { MigrateOptions } from '../src';
import { VALUE_BYTES } from './value';

const BODY = JSON.stringify({ type: 'Added', v: 1, token: false });

/**
 * Single rows in the table of our events, one prepared statement each, all in one partition. A queue
 * that writes each command by itself cannot be faster than this.
 */
export class RawRows {
  private readonly client: Client;
  private readonly table: string;
  private partition = randomUUID();
  private last = 0;

  constructor({ contactPoints, localDataCenter, keyspace }: MigrateOptions) {
    this.table = `${keyspace}.queue_events`;
    this.client = new Client({
      contactPoints: [...contactPoints],
      localDataCenter,
      policies: { retry: new policies.retry.FallthroughRetryPolicy() },
      queryOptions: { prepare: true, consistency: types.consistencies.localQuorum },
    });
  }

  newPartition(): void {
    this.partition = randomUUID();
    this.last = 0;
  }

  insert(index = ++this.last, payload = Buffer.alloc(VALUE_BYTES, 1)): Promise<unknown> {
    const insert = `INSERT INTO ${this.table} (owner, service, segment, task_index, epoch, version,
      event_id, type, at, body, key_id, payload) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`;
    const row = ['raw', this.partition, 1, index, 1, index, timeUuid(), 'Added', Date.now(), BODY];
    return this.client.execute(insert, [...row, 'k1', payload]);
  }

  /** The payload of one that is there. */
  async select(index: number): Promise<Buffer> {
    const select = `SELECT payload FROM ${this.table}
      WHERE owner = ? AND service = ? AND segment = ? AND task_index = ?`;
    const { rows } = await this.client.execute(select, ['raw', this.partition, 1, index]);
    return rows[0]?.get('payload') as Buffer;
  }

  close(): Promise<void> {
    return this.client.shutdown();
  }
}
