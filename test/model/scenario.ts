import type { JobKind, Queue, Wish, World } from './world';

export const FAULTS = [
  ...(['crash', 'answer lost', 'append unknown', 'change unknown'] as const),
  ...(['wipe', 'flush', 'stale replica', 'fail back', 'split'] as const),
] as const;
export type Fault = (typeof FAULTS)[number];

interface Once {
  readonly id: string;
  readonly times: number;
  /** Not before these are over. */
  readonly after?: readonly string[];
}
export type Start =
  | (Once & { readonly kind: 'node'; readonly batches: readonly (readonly Wish[])[] })
  | (Once & { readonly kind: JobKind; readonly number: number; readonly unasked: boolean });

export interface Scenario {
  readonly name: string;
  readonly starts: readonly Start[];
  readonly faults: readonly Fault[];
  readonly faultsMax: number;
  readonly expiriesMax: number;
  readonly given: Given;
}

/** What is there at the start. */
export interface Given {
  /** Indices reserved; with an Added, confirmed, unless a gap. */
  readonly added?: number;
  readonly acked?: readonly number[];
  readonly gaps?: readonly number[];
  readonly closed?: readonly number[];
  /** No queue yet. */
  readonly absent?: boolean;
  readonly more?: (world: World, queue: Queue) => void;
}
