import { randomUUID } from 'node:crypto';
import { Client, policies, types } from 'cassandra-driver';
import { v1 as timeUuid } from 'uuid';
import type { MigrateOptions } from '../src';
import { perSecond } from './measure';

/**
 * The baseline: one prepared INSERT per task into the table of our events, one partition, as many in
 * flight as there are callers. A queue that writes each command by itself cannot be faster than this.
 */
export class RawInserts {
  private readonly client: Client;
  private readonly table: string;

  constructor({ contactPoints, localDataCenter, keyspace }: MigrateOptions) {
    this.table = `${keyspace}.queue_events`;
    this.client = new Client({
      contactPoints: [...contactPoints],
      localDataCenter,
      policies: { retry: new policies.retry.FallthroughRetryPolicy() },
      queryOptions: { prepare: true, consistency: types.consistencies.localQuorum },
    });
  }

  perSecond(callers: number, forMs: number, valueBytes: number): Promise<number> {
    const insert = `INSERT INTO ${this.table} (owner, service, segment, task_index, epoch, version,
      event_id, type, at, body, key_id, payload) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`;
    const service = randomUUID();
    const body = JSON.stringify({ type: 'Added', v: 1, token: false });
    const payload = Buffer.alloc(valueBytes, 1);
    let index = 0;
    return perSecond(callers, forMs, () => {
      const row = ['raw', service, 1, ++index, 1, index, timeUuid(), 'Added', Date.now(), body];
      return this.client.execute(insert, [...row, 'k1', payload]);
    });
  }

  close(): Promise<void> {
    return this.client.shutdown();
  }
}
