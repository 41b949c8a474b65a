/** Each method rejects unless all that its name says was confirmed. */
export interface BenchQueue {
  add(caller: number): Promise<unknown>;
  /** Takes a task and finishes it. */
  takeAndFinish(caller: number): Promise<void>;
  /** Frees what it holds, where it holds something. */
  close?(): Promise<void>;
}
