import type { Database } from 'better-sqlite3';
import { OutcomeUnknown } from '../../domain';

/** Runs work in one transaction: all of it is on disk when this returns, or none of it when it throws. */
export type Transact = <A>(work: () => A) => A;

/** What a transaction is made of; `rollback` does nothing where none is open. */
export interface TransactionSteps {
  begin(): void;
  commit(): void;
  rollback(): void;
}

/**
 * Errors of the work come through as they are, rolled back. Only a failed COMMIT leaves it open
 * whether the work is on disk: OutcomeUnknown.
 */
export const transactBy =
  (steps: TransactionSteps): Transact =>
  (work) => {
    steps.begin();
    try {
      const result = work();
      commit(steps);
      return result;
    } catch (error) {
      try {
        steps.rollback();
      } catch {
        // What was not committed is dropped by the next begin, or by the recovery at the next open.
      }
      throw error;
    }
  };

function commit(steps: TransactionSteps): void {
  try {
    steps.commit();
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new OutcomeUnknown(`The log may or may not hold the change: ${reason}.`, {}, cause);
  }
}

export function transactionSteps(db: Database): TransactionSteps {
  const begin = db.prepare('BEGIN IMMEDIATE');
  const commitIt = db.prepare('COMMIT');
  const rollbackIt = db.prepare('ROLLBACK');
  const rollback = (): void => {
    // SQLite rolls back by itself on some errors (disk full, for one).
    if (db.inTransaction) rollbackIt.run();
  };
  return {
    begin() {
      rollback();
      begin.run();
    },
    commit: () => void commitIt.run(),
    rollback,
  };
}
