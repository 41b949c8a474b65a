import { QueueError } from '../../domain';

/** The cluster has no such keyspace. */
export class KeyspaceMissing extends QueueError {
  readonly type = 'KeyspaceMissing';
  readonly retryable = false;

  constructor(keyspace: string) {
    super(
      `Cassandra has no keyspace ${keyspace}. Run migrate to create it, or set the keyspace to the one of the log.`,
      { keyspace },
    );
  }
}

/** The keyspace lacks tables or columns of the log. */
export class SchemaMissing extends QueueError {
  readonly type = 'SchemaMissing';
  readonly retryable = false;

  constructor(keyspace: string, missing: readonly string[]) {
    super(
      `The keyspace ${keyspace} lacks ${missing.join(', ')}. ` +
        'Run migrate, restore a backup if tables were lost, or set the keyspace to the one of the log.',
      { keyspace, missing },
    );
  }
}

/** The schema is of an older release. */
export class SchemaTooOld extends QueueError {
  readonly type = 'SchemaTooOld';
  readonly retryable = false;

  constructor(keyspace: string, found: number, known: number) {
    super(
      `The keyspace ${keyspace} has schema version ${String(found)}, this release needs ${String(known)}. Run migrate.`,
      { keyspace, found, known },
    );
  }
}

/** The schema is of a newer release, whose rows this one could misread. */
export class SchemaTooNew extends QueueError {
  readonly type = 'SchemaTooNew';
  readonly retryable = false;

  constructor(keyspace: string, found: number, known: number) {
    super(
      `The keyspace ${keyspace} has schema version ${String(found)}, this release knows ${String(known)}. ` +
        'Start the release that migrated it or a newer one.',
      { keyspace, found, known },
    );
  }
}

/** A setting of the connection is wrong: waiting does not help. */
export class CassandraMisconfigured extends QueueError {
  readonly type = 'CassandraMisconfigured';
  readonly retryable = false;
}
