import type { Log } from '../../../src/domain';

/** How the parts of the contract reach the log: `log` is another one after a reopen. */
export interface Subject {
  readonly log: Log;
  reopen(): Promise<void>;
}
