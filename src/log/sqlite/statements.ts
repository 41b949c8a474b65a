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
export type SegmentColumns = readonly [segment: number, status: string, lastAdded: number];
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

/** All statements of the log, each prepared once. `?1` is the number of the queue. */
export const prepareStatements = (db: Database) => ({
  queueId: db
    .prepare<[owner: string, service: string], number>(
      'SELECT id FROM queues WHERE owner = ? AND service = ?',
    )
    .pluck(),

  firstQueues: db
    .prepare<[max: number], QueueColumns>(
      'SELECT owner, service FROM queues ORDER BY owner, service LIMIT ?',
    )
    .raw(),

  nextQueues: db
    .prepare<[owner: string, service: string, max: number], QueueColumns>(
      `SELECT owner, service FROM queues WHERE (owner, service) > (?, ?)
       ORDER BY owner, service LIMIT ?`,
    )
    .raw(),

  head: db
    .prepare<[queue: number], HeadColumns>(
      `SELECT epoch, raised_by, claimed_to, floor, segment_size, rewinds
       FROM queues WHERE id = ?1`,
    )
    .raw(),

  epoch: db.prepare<[queue: number], number>('SELECT epoch FROM queues WHERE id = ?1').pluck(),

  segmentSize: db
    .prepare<[queue: number], number>('SELECT segment_size FROM queues WHERE id = ?1')
    .pluck(),

  createQueue: db.prepare<[owner: string, service: string, raisedBy: string, segmentSize: number]>(
    `INSERT INTO queues (owner, service, epoch, raised_by, claimed_to, floor, segment_size, rewinds)
     VALUES (?1, ?2, 1, ?3, ?4, 0, ?4, '[]')
     ON CONFLICT (owner, service) DO NOTHING`,
  ),

  claim: db.prepare<[queue: number, epoch: number, claimedTo: number]>(
    `UPDATE queues SET claimed_to = claimed_to + segment_size
     WHERE id = ?1 AND epoch = ?2 AND claimed_to = ?3`,
  ),

  raise: db.prepare<[queue: number, epoch: number, claimedTo: number, raisedBy: string]>(
    `UPDATE queues SET epoch = epoch + 1, raised_by = ?4, claimed_to = claimed_to + segment_size
     WHERE id = ?1 AND epoch = ?2 AND claimed_to = ?3`,
  ),

  rewind: db.prepare<
    [
      queue: number,
      epoch: number,
      claimedTo: number,
      raisedBy: string,
      rewinds: string,
      last: number,
    ]
  >(
    `UPDATE queues SET epoch = epoch + 1, raised_by = ?4, rewinds = ?5
     WHERE id = ?1 AND epoch = ?2 AND claimed_to = ?3 AND floor <= ?6`,
  ),

  raiseFloor: db.prepare<[queue: number, floor: number]>(
    'UPDATE queues SET floor = max(floor, ?2) WHERE id = ?1',
  ),

  segments: db
    .prepare<[queue: number], SegmentColumns>(
      'SELECT segment, status, last_added FROM segments WHERE queue_id = ?1 ORDER BY segment',
    )
    .raw(),

  /** The segment that ends where the queue is claimed to. */
  insertSegment: db.prepare<[queue: number]>(
    `INSERT INTO segments (queue_id, segment, status, last_added)
     SELECT id, claimed_to / segment_size, 'open', 0 FROM queues WHERE id = ?1`,
  ),

  /** Not a dropped one: its events are gone. The floor keeps a rewind above it. */
  reopenSegments: db.prepare<[queue: number, from: number]>(
    `UPDATE segments SET status = 'open', last_added = 0
     WHERE queue_id = ?1 AND segment >= ?2 AND status = 'closed'`,
  ),

  closeSegment: db.prepare<[queue: number, epoch: number, segment: number, lastAdded: number]>(
    `UPDATE segments SET status = 'closed', last_added = ?4
     WHERE queue_id = ?1 AND segment = ?3 AND status = 'open'
       AND (SELECT epoch FROM queues WHERE id = ?1) = ?2`,
  ),

  dropSegment: db.prepare<[queue: number, epoch: number, segment: number]>(
    `UPDATE segments SET status = 'dropped'
     WHERE queue_id = ?1 AND segment = ?3 AND status = 'closed'
       AND (SELECT epoch FROM queues WHERE id = ?1) = ?2`,
  ),

  deleteEvents: db.prepare<[queue: number, from: number, to: number]>(
    'DELETE FROM events WHERE queue_id = ?1 AND task_index BETWEEN ?2 AND ?3',
  ),

  /** Not OR IGNORE, which would pass over a row that is refused for any other reason as well. */
  insertEvent: db.prepare<
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

  read: db
    .prepare<[queue: number, from: number, to: number], EventColumns>(
      `SELECT task_index, epoch, version, event_id, at, body, key_id, payload
       FROM events WHERE queue_id = ?1 AND task_index BETWEEN ?2 AND ?3
       ORDER BY task_index, epoch, version, event_id`,
    )
    .raw(),

  /** What follows a row, up to an index. */
  scan: db
    .prepare<
      [queue: number, index: number, epoch: number, version: number, eventId: string, to: number],
      EventColumns
    >(
      `SELECT task_index, epoch, version, event_id, at, body, key_id, NULL
       FROM events
       WHERE queue_id = ?1 AND (task_index, epoch, version, event_id) > (?2, ?3, ?4, ?5)
         AND task_index <= ?6
       ORDER BY task_index, epoch, version, event_id`,
    )
    .raw(),

  insertRewound: db.prepare<
    [queue: number, epoch: number, version: number, eventId: string, at: number, body: string]
  >(
    `INSERT INTO rewound (queue_id, epoch, version, event_id, at, body)
     VALUES (?, ?, ?, ?, ?, ?)`,
  ),

  rewound: db
    .prepare<[queue: number], RewoundColumns>(
      `SELECT epoch, version, at, body FROM rewound WHERE queue_id = ?1
       ORDER BY epoch, version, event_id`,
    )
    .raw(),
});
