import type { QueueId, Seal, StoredSeal } from '../domain';
import { decodeSeal } from '../domain';
import type { PublicKeys } from './signing';
import { isSignedBy, sealHash } from './signing';

/**
 * missing: there is no seal of this number, but later ones. seal: it does not say what it says of which
 * queue, number and segment. signature: it was not signed so by its key. chain: it does not continue the
 * one before it, so that one is another.
 */
export interface ChainFinding {
  readonly type: 'missing' | 'seal' | 'signature' | 'chain';
  readonly seal: number;
}

export interface Chain {
  /** Those that can be read, ascending. */
  readonly seals: readonly Seal[];
  readonly findings: readonly ChainFinding[];
  /** Keys that signed some of them and are not known. */
  readonly unknownKeys: readonly string[];
  /** The hash of the newest; null: there is none. */
  readonly newest: string | null;
}

/** Whether the seals of a queue are a chain, each signed by a known key and in its place. */
export function checkChain(queue: QueueId, stored: readonly StoredSeal[], keys: PublicKeys): Chain {
  const seals: Seal[] = [];
  const findings: ChainFinding[] = [];
  const unknownKeys = new Set<string>();
  let before: StoredSeal | null = null;
  for (const each of stored) {
    const { number } = each;
    const expected = (before?.number ?? 0) + 1;
    for (let gap = expected; gap < number && findings.length < 1000; gap++) {
      findings.push({ type: 'missing', seal: gap });
    }
    const seal = decodeSeal(each);
    if (seal === null || !isInPlace(seal, queue, each)) {
      findings.push({ type: 'seal', seal: number });
    } else {
      seals.push(seal);
      const key = keys.get(seal.signedBy);
      if (!key) unknownKeys.add(seal.signedBy);
      else if (!isSignedBy(each, key)) findings.push({ type: 'signature', seal: number });
      if (number === expected && seal.previous !== sealHash(before)) {
        findings.push({ type: 'chain', seal: number });
      }
    }
    before = each;
  }
  return {
    seals,
    findings,
    unknownKeys: [...unknownKeys],
    newest: before === null ? null : sealHash(before),
  };
}

const isInPlace = (seal: Seal, { ownerId, serviceId }: QueueId, stored: StoredSeal): boolean =>
  seal.ownerId === ownerId &&
  seal.serviceId === serviceId &&
  seal.number === stored.number &&
  seal.segment === stored.segment;
