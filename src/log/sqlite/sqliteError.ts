export interface SqliteError {
  readonly code: string;
  readonly message: string;
}

/**
 * Told by its code, not by its class: better-sqlite3 makes its errors from the class of whoever loaded
 * it first in the process, which need not be the one imported here.
 */
export const isSqliteError = (error: unknown): error is SqliteError =>
  typeof error === 'object' &&
  error !== null &&
  'code' in error &&
  typeof error.code === 'string' &&
  error.code.startsWith('SQLITE_');
