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

/** More queues than this have their keys built anew now and then. */
const KEPT_MAX = 2000;

export type QueueKeys = ReturnType<typeof keysOf>;

/** keysOf, which takes as long as all else that a small call costs here, once for each queue in use. */
export function keptKeys(prefix: string, keptMax = KEPT_MAX): (queue: QueueId) => QueueKeys {
  const kept = new Map<string, QueueKeys>();
  return (queue) => {
    const key = queueKey(queue);
    const found = kept.get(key);
    if (found) return found;
    if (kept.size >= keptMax) kept.clear();
    const keys = keysOf(prefix, queue);
    kept.set(key, keys);
    return keys;
  };
}

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
