/**
 * The lines of a history. Each process writes a file of its own, a line when a call has ended, and `end`
 * as the last one, so that a call without an outcome cannot go unnoticed. `start` and `end` are
 * microseconds of the machine's monotonic clock, which its processes share; `wall`, `at` and `until` are
 * milliseconds since 1970, as the log has them. A queue is named `owner/service`.
 */

export type Outcome = 'confirmed' | 'refused' | 'unknown';

interface Call {
  readonly queue: string;
  readonly start: number;
  readonly end: number;
  readonly outcome: Outcome;
  /** Of a refusal or an unknown outcome; `false` is the answer of an ack that was not taken. */
  readonly type?: string;
}

/** `crc`: of the bytes of the value. A value is added once, whatever comes of it. */
export interface AddCall extends Call {
  readonly op: 'add';
  readonly task: number;
  readonly crc: number;
}

/** One that found no task is not written: it says nothing of any. */
export interface FetchCall extends Call {
  readonly op: 'fetch';
  readonly worker: string;
  /** These are there if it is confirmed. */
  readonly task?: number;
  readonly crc?: number;
  readonly lease?: string;
  readonly at?: number;
  readonly until?: number;
}

export interface AckCall extends Call {
  readonly op: 'ack';
  readonly worker: string;
  readonly task: number;
  readonly lease: string;
}

/** The kinds of faults of this run: each must fire. */
export interface Plan {
  readonly op: 'plan';
  readonly kinds: readonly string[];
}

/** Written before, when it was seen to have happened, and when its cause is gone. */
export interface FaultStep {
  readonly op: 'declared' | 'fired' | 'healed';
  readonly fault: number;
  readonly kind: string;
  readonly wall: number;
}

/** From when the last fault was healed until nothing was left to fetch, by a service started for it. */
export interface Drain {
  readonly op: 'drain';
  readonly healed: number;
  readonly end: number;
  readonly withinMs: number;
  readonly redis: 'flushed' | 'kept';
  readonly service: 'fresh' | 'used';
}

/** What the projection holds after the drain, and in how much `verify` finds that it differs. */
export interface ProjectionHeld {
  readonly op: 'projection';
  readonly queue: string;
  readonly waiting: number;
  readonly leased: number;
  readonly differences: number;
}

export interface End {
  readonly op: 'end';
}

export type HistoryLine =
  AddCall | FetchCall | AckCall | Plan | FaultStep | Drain | ProjectionHeld | End;

/** A row of the log; those of a task follow one another, in order of (epoch, version). */
export interface LogRow {
  readonly op: 'row';
  readonly queue: string;
  readonly index: number;
  readonly epoch: number;
  readonly version: number;
  readonly type: string;
  readonly lease?: string;
  readonly worker?: string;
  readonly at?: number;
  readonly until?: number;
}

/** Indices of a segment that the log has closed. Comes before the rows of its queue. */
export interface ClosedRange {
  readonly op: 'closed';
  readonly queue: string;
  readonly from: number;
  readonly to: number;
}

export type LogLine = LogRow | ClosedRange | End;

/** A file, or what a test has in its place. */
export interface Source {
  readonly name: string;
  readonly lines: AsyncIterable<string> | Iterable<string>;
}
