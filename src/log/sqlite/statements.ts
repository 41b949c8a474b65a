import type { Database } from 'better-sqlite3';

/** Rows as arrays in the order of the columns: cheaper than an object a row. */
export type HeadColumns = readonly [
  epoch: number,
  raisedBy: string,
  claimedTo: number,
  floor: number,
  segmentSize: number,
  rewinds: string,
];
export type SegmentColumns = readonly [
  segment: number,
  status: string,
  lastAdded: number,
  closedAt: number | null,
];
export type StoredColumns = readonly [
  index: number,
  epoch: number,
  version: number,
  eventId: string,
  type: string,
  at: number,
  body: string,
  keyId: string | null,
  payload: Buffer | null,
];
export type SealColumns = readonly [
  number: number,
  segment: number,
  body: string,
  signature: string,
];
export type EventColumns = readonly [
  index: number,
  epoch: number,
  version: number,
  eventId: string,
  at: number,
  body: string,
  keyId: string | null,
  payload: Buffer | null,
];
export type RewoundColumns = readonly [epoch: number, version: number, at: number, body: string];
export type QueueColumns = readonly [owner: string, service: string];

export type Statements = ReturnType<typeof prepareStatements>;

interface Run<Parameters extends unknown[]> {
  run(...parameters: Parameters): { readonly changes: number };
}
interface Query<Parameters extends unknown[], Row> {
  get(...parameters: Parameters): Row | undefined;
  all(...parameters: Parameters): Row[];
  iterate(...parameters: Parameters): IterableIterator<Row>;
}

/** All statements of the log, each prepared once. Parameters come in the order of the types. */
export function prepareStatements(db: Database) {
  const run = <P extends unknown[]>(sql: string): Run<P> => db.prepare<P>(sql);
  const rows = <P extends unknown[], R>(sql: string): Query<P, R> => db.prepare<P, R>(sql).raw();
  const value = <P extends unknown[], R>(sql: string): Query<P, R> => db.prepare<P, R>(sql).pluck();
  /** What follows a row of a queue, up to an index. */
  const following = <R>(columns: string) =>
    rows<
      [queue: number, index: number, epoch: number, version: number, eventId: string, to: number],
      R
    >(
      `SELECT ${columns}
       FROM events
       WHERE queue_id = ? AND (task_index, epoch, version, event_id) > (?, ?, ?, ?)
         AND task_index <= ?
       ORDER BY task_index, epoch, version, event_id`,
    );

  return {
    queueId: value<[owner: string, service: string], number>(
      'SELECT id FROM queues WHERE owner = ? AND service = ?',
    ),

    firstQueues: rows<[max: number], QueueColumns>(
      'SELECT owner, service FROM queues ORDER BY owner, service LIMIT ?',
    ),

    nextQueues: rows<[owner: string, service: string, max: number], QueueColumns>(
      `SELECT owner, service FROM queues WHERE (owner, service) > (?, ?)
       ORDER BY owner, service LIMIT ?`,
    ),

    head: rows<[queue: number], HeadColumns>(
      `SELECT epoch, raised_by, claimed_to, floor, segment_size, rewinds
       FROM queues WHERE id = ?`,
    ),

    epoch: value<[queue: number], number>('SELECT epoch FROM queues WHERE id = ?'),

    segmentSize: value<[queue: number], number>('SELECT segment_size FROM queues WHERE id = ?'),

    createQueue: run<
      [owner: string, service: string, raisedBy: string, claimedTo: number, segmentSize: number]
    >(
      `INSERT INTO queues (owner, service, epoch, raised_by, claimed_to, floor, segment_size, rewinds)
       VALUES (?, ?, 1, ?, ?, 0, ?, '[]')
       ON CONFLICT (owner, service) DO NOTHING`,
    ),

    claim: run<[queue: number, epoch: number, claimedTo: number]>(
      `UPDATE queues SET claimed_to = claimed_to + segment_size
       WHERE id = ? AND epoch = ? AND claimed_to = ?`,
    ),

    raise: run<[raisedBy: string, queue: number, epoch: number, claimedTo: number]>(
      `UPDATE queues SET epoch = epoch + 1, raised_by = ?, claimed_to = claimed_to + segment_size
       WHERE id = ? AND epoch = ? AND claimed_to = ?`,
    ),

    rewind: run<
      [
        raisedBy: string,
        rewinds: string,
        queue: number,
        epoch: number,
        claimedTo: number,
        last: number,
      ]
    >(
      `UPDATE queues SET epoch = epoch + 1, raised_by = ?, rewinds = ?
       WHERE id = ? AND epoch = ? AND claimed_to = ? AND floor <= ?`,
    ),

    raiseFloor: run<[floor: number, queue: number]>(
      'UPDATE queues SET floor = max(floor, ?) WHERE id = ?',
    ),

    segments: rows<[queue: number], SegmentColumns>(
      `SELECT segment, status, last_added, closed_at FROM segments
       WHERE queue_id = ? ORDER BY segment`,
    ),

    /** The segment that ends where the queue is claimed to. */
    insertSegment: run<[queue: number]>(
      `INSERT INTO segments (queue_id, segment, status, last_added)
       SELECT id, claimed_to / segment_size, 'open', 0 FROM queues WHERE id = ?`,
    ),

    /** Not a dropped one: its events are gone. The floor keeps a rewind above it. */
    reopenSegments: run<[queue: number, from: number]>(
      `UPDATE segments SET status = 'open', last_added = 0, closed_at = NULL
       WHERE queue_id = ? AND segment >= ? AND status = 'closed'`,
    ),

    closeSegment: run<
      [lastAdded: number, closedAt: number, queue: number, segment: number, epoch: number]
    >(
      `UPDATE segments SET status = 'closed', last_added = ?, closed_at = ?
       WHERE queue_id = ? AND segment = ? AND status = 'open'
       AND (SELECT epoch FROM queues WHERE id = queue_id) = ?`,
    ),

    dropSegment: run<[queue: number, segment: number, epoch: number]>(
      `UPDATE segments SET status = 'dropped'
       WHERE queue_id = ? AND segment = ? AND status = 'closed'
       AND (SELECT epoch FROM queues WHERE id = queue_id) = ?`,
    ),

    deleteEvents: run<[queue: number, from: number, to: number]>(
      'DELETE FROM events WHERE queue_id = ? AND task_index BETWEEN ? AND ?',
    ),

    /** Not OR IGNORE, which would pass over a row that is refused for any other reason as well. */
    insertEvent: run<
      [
        queue: number,
        index: number,
        epoch: number,
        version: number,
        eventId: string,
        type: string,
        at: number,
        body: string,
        keyId: string | null,
        payload: Buffer | null,
      ]
    >(
      `INSERT INTO events
       (queue_id, task_index, epoch, version, event_id, type, at, body, key_id, payload)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
       ON CONFLICT (queue_id, task_index, epoch, version, event_id) DO NOTHING`,
    ),

    read: rows<[queue: number, from: number, to: number], EventColumns>(
      `SELECT task_index, epoch, version, event_id, at, body, key_id, payload
       FROM events WHERE queue_id = ? AND task_index BETWEEN ? AND ?
       ORDER BY task_index, epoch, version, event_id`,
    ),

    /** Without payloads, as `storedClosed`. */
    scan: following<EventColumns>('task_index, epoch, version, event_id, at, body, key_id, NULL'),
    stored: following<StoredColumns>(
      'task_index, epoch, version, event_id, type, at, body, key_id, payload',
    ),
    storedClosed: following<StoredColumns>(
      'task_index, epoch, version, event_id, type, at, body, key_id, NULL',
    ),

    seals: rows<[queue: number, after: number], SealColumns>(
      `SELECT number, segment, body, signature FROM seals WHERE queue_id = ? AND number > ?
       ORDER BY number`,
    ),

    sealList: value<[queue: number, number: number, hash: string], Buffer>(
      'SELECT list FROM seals WHERE queue_id = ? AND number = ? AND list_hash = ?',
    ),

    lastSeal: value<[queue: number], number>(
      'SELECT coalesce(max(number), 0) FROM seals WHERE queue_id = ?',
    ),

    insertSeal: run<
      [
        queue: number,
        number: number,
        segment: number,
        body: string,
        signature: string,
        listHash: string,
        list: Buffer,
      ]
    >(
      `INSERT INTO seals (queue_id, number, segment, body, signature, list_hash, list)
       VALUES (?, ?, ?, ?, ?, ?, ?)`,
    ),

    insertRewound: run<
      [queue: number, epoch: number, version: number, eventId: string, at: number, body: string]
    >(
      `INSERT INTO rewound (queue_id, epoch, version, event_id, at, body)
       VALUES (?, ?, ?, ?, ?, ?)`,
    ),

    /** Beside them are records, which an audit reads. */
    rewound: rows<[queue: number], RewoundColumns>(
      `SELECT epoch, version, at, body FROM rewound WHERE queue_id = ?
         AND body NOT LIKE '{"type":"Refused"%' AND body NOT LIKE '{"type":"Revealed"%'
       ORDER BY epoch, version, event_id`,
    ),

    insertRecord: run<
      [queue: number, epoch: number, version: number, eventId: string, at: number, body: string]
    >(
      `INSERT INTO rewound (queue_id, epoch, version, event_id, at, body)
       VALUES (?, ?, ?, ?, ?, ?)
       ON CONFLICT (queue_id, epoch, version, event_id) DO NOTHING`,
    ),

    /** What follows a row of the queue as a whole. The type is kept in the body alone. */
    ofQueue: rows<
      [queue: number, epoch: number, version: number, eventId: string, max: number],
      StoredColumns
    >(
      `SELECT 0, epoch, version, event_id, '', at, body, NULL, NULL
       FROM rewound WHERE queue_id = ? AND (epoch, version, event_id) > (?, ?, ?)
       ORDER BY epoch, version, event_id LIMIT ?`,
    ),
  };
}
