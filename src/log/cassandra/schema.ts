/** Name and version of the schema, one row: written by migrate only. */
export const SCHEMA_NAME = 'log';

export type Tables = ReturnType<typeof tablesIn>;

/** Names with their keyspace: the connection has none of its own, so that a missing one has its own error. */
export const tablesIn = (keyspace: string) => ({
  schema: `${keyspace}.queue_schema`,
  directory: `${keyspace}.queue_directory`,
  heads: `${keyspace}.queue_heads`,
  events: `${keyspace}.queue_events`,
  seals: `${keyspace}.queue_seals`,
  sealLists: `${keyspace}.queue_seal_lists`,
});

/** What the service needs; said here once more, so that a keyspace of something else is told apart. */
export const COLUMNS: Readonly<Record<string, readonly string[]>> = {
  queue_schema: ['name', 'version'],
  queue_directory: ['bucket', 'owner', 'service'],
  queue_heads: [
    'owner',
    'service',
    'segment',
    'epoch',
    'raised_by',
    'claimed_to',
    'floor',
    'segment_size',
    'rewinds',
    'status',
    'last_added',
    'closed_at',
  ],
  queue_events: [
    'owner',
    'service',
    'segment',
    'task_index',
    'epoch',
    'version',
    'event_id',
    'type',
    'at',
    'body',
    'key_id',
    'payload',
  ],
  queue_seals: ['owner', 'service', 'number', 'sealed_to', 'segment', 'body', 'signature'],
  queue_seal_lists: ['owner', 'service', 'number', 'hash', 'part', 'bytes'],
};

interface Statement {
  readonly cql: string;
  /** The same statement with a faster memtable, for servers that have one of this name. */
  readonly preferred?: string;
}

/** With one hot partition it takes about twice the rows of the trie memtable (5.0.6). */
const SKIPLIST = `AND memtable = 'skiplist'`;

/** Each entry leads from the version before to its own; released ones are never changed. */
export const migrations: readonly ((tables: Tables) => readonly Statement[])[] = [
  ({ schema, directory, heads, events }) => {
    const eventTable = `
      CREATE TABLE IF NOT EXISTS ${events} (
        owner      text,
        service    text,
        segment    int,
        task_index bigint,
        epoch      int,
        version    bigint,
        event_id   timeuuid,
        type       text,
        at         double,
        body       text,
        key_id     text,
        payload    blob,
        PRIMARY KEY ((owner, service, segment), task_index, epoch, version, event_id)
      ) WITH comment = 'What happened to tasks: inserted, never updated'`;
    return [
      { cql: `CREATE TABLE IF NOT EXISTS ${schema} (name text PRIMARY KEY, version int)` },
      {
        cql: `
          CREATE TABLE IF NOT EXISTS ${directory} (
            bucket  int,
            owner   text,
            service text,
            PRIMARY KEY (bucket, owner, service)
          ) WITH comment = 'The queues that exist'`,
      },
      {
        cql: `
          CREATE TABLE IF NOT EXISTS ${heads} (
            owner        text,
            service      text,
            segment      int,
            epoch        int static,
            raised_by    text static,
            claimed_to   bigint static,
            floor        bigint static,
            segment_size int static,
            rewinds      frozen<map<int, frozen<tuple<bigint, double>>>> static,
            status       text,
            last_added   bigint,
            PRIMARY KEY ((owner, service), segment)
          ) WITH comment = 'Head and segments of each queue: lightweight transactions only'`,
      },
      { cql: eventTable, preferred: `${eventTable} ${SKIPLIST}` },
    ];
  },
  ({ heads, seals, sealLists }) => [
    { cql: `ALTER TABLE ${heads} ADD IF NOT EXISTS closed_at double` },
    {
      cql: `
        CREATE TABLE IF NOT EXISTS ${seals} (
          owner     text,
          service   text,
          number    int,
          sealed_to int static,
          segment   int,
          body      text,
          signature text,
          PRIMARY KEY ((owner, service), number)
        ) WITH comment = 'Seals of closed segments, a chain: lightweight transactions only'`,
    },
    {
      cql: `
        CREATE TABLE IF NOT EXISTS ${sealLists} (
          owner   text,
          service text,
          number  int,
          hash    text,
          part    int,
          bytes   blob,
          PRIMARY KEY ((owner, service, number, hash), part)
        ) WITH comment = 'The rows of each seal, by hash: inserted, never updated'`,
    },
  ],
];

export const SCHEMA_VERSION = migrations.length;
