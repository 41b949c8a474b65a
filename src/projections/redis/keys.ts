import { createHash } from 'node:crypto';
import type { QueueId } from '../../domain';
import { queueKey } from '../../domain';

/** What is kept of a queue beside meta, in the order in which scripts get the keys. */
export const PARTS = [
  'pending',
  'gaps',
  'workers',
  'tasks',
  'until',
  'since',
  'returned',
  'known',
] as const;
export type Part = (typeof PARTS)[number];

/** Of one queue: the first says which server of a cluster is meant. */
export type Keys = readonly [string, ...string[]];

/**
 * All keys of a queue, in one slot of a cluster. The tag is a hash: names of owners and services may
 * hold braces, may be long, and are nobody's business who lists keys.
 */
export function keysOf(prefix: string, queue: QueueId) {
  const tag = createHash('sha256').update(queueKey(queue)).digest('base64url').slice(0, 22);
  const base = `${prefix}:{${tag}}:`;
  const partOf = (part: Part): string => base + part;
  return {
    /** What a rebuild announces. */
    building: `${base}building`,
    /** meta first. */
    all: [`${base}meta`, ...PARTS.map(partOf)] as const,
    /** Where a restore gathers the parts before it switches; no two restores share it. */
    staged: (epoch: number, restoreId: string): string[] =>
      PARTS.map((part) => `${base}staged:${String(epoch)}:${restoreId}:${part}`),
  };
}
