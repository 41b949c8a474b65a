import { QueueError } from '../../domain';

/** Another process, or another log of this process, has the data folder open. */
export class DataFolderInUse extends QueueError {
  readonly type = 'DataFolderInUse';
  readonly retryable = false;

  constructor(folder: string, pid: number | null, cause?: unknown) {
    const holder =
      pid === null
        ? 'another process'
        : pid === process.pid
          ? `this process (pid ${String(pid)})`
          : `process ${String(pid)}`;
    super(
      `The data folder ${folder} is in use by ${holder}. ` +
        'Stop it, or choose another folder with DATA_DIR.',
      { folder, pid },
      cause,
    );
  }
}

/** The data folder cannot be created, read or written. */
export class DataFolderUnusable extends QueueError {
  readonly type = 'DataFolderUnusable';
  readonly retryable = false;

  constructor(folder: string, cause: unknown) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    super(
      `The data folder ${folder} cannot be used: ${reason}. ` +
        'Let the user of this process read and write it, or choose another folder with DATA_DIR.',
      { folder, reason },
      cause,
    );
  }
}

/** The file where the log should be holds something else, or is damaged. */
export class NotALog extends QueueError {
  readonly type = 'NotALog';
  readonly retryable = false;

  constructor(file: string, reason: string, cause?: unknown) {
    super(
      `The file ${file} is not a readable log: ${reason}. ` +
        'Put a backup in its place, or choose another folder with DATA_DIR.',
      { file, reason },
      cause,
    );
  }
}

/** The log was written by a newer release, which this one could misread. */
export class SchemaTooNew extends QueueError {
  readonly type = 'SchemaTooNew';
  readonly retryable = false;

  constructor(file: string, found: number, known: number) {
    super(
      `The log ${file} has schema version ${String(found)}, this release knows ${String(known)}. ` +
        'Start the release that wrote it or a newer one, or choose another folder with DATA_DIR.',
      { file, found, known },
    );
  }
}
