import type { types } from 'cassandra-driver';

/** Rows as the driver gives them: types.Long as BigInt, timeuuid as an object. */
export interface LookColumns {
  readonly epoch: number;
  readonly claimed_to: types.Long;
  readonly segment_size: number;
}
export interface HeadColumns extends LookColumns {
  readonly raised_by: string;
  readonly floor: types.Long;
  readonly rewinds: ReadonlyMap<number, types.Tuple> | null;
}
export interface SegmentColumns {
  readonly segment: number;
  readonly status: string;
  readonly last_added: types.Long;
  readonly closed_at: number | null;
}
export interface SealColumns {
  readonly number: number;
  readonly segment: number;
  readonly body: string;
  readonly signature: string;
}
export interface SealListColumns {
  readonly bytes: Buffer;
}
/** Nothing in it is taken for granted: somebody may have changed it. */
export interface StoredColumns {
  readonly task_index: types.Long;
  readonly epoch: number;
  readonly version: types.Long;
  readonly event_id: types.TimeUuid;
  readonly type: string | null;
  readonly at: number | null;
  readonly body: string | null;
  readonly key_id: string | null;
  /** Not there where none was asked for. */
  readonly payload?: Buffer | null;
}
export interface EventColumns {
  readonly task_index: types.Long;
  readonly epoch: number;
  readonly version: types.Long;
  readonly event_id: types.TimeUuid;
  readonly at: number;
  readonly body: string;
  readonly key_id: string | null;
  /** Not there in a scan. */
  readonly payload?: Buffer | null;
}
export interface OfQueueColumns extends EventColumns {
  readonly type: string;
}
export interface QueueColumns {
  readonly owner: string;
  readonly service: string;
}
