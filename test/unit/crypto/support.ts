import type { KeySource, SourceKey } from '../../../src/crypto';
import { KeyGone } from '../../../src/crypto';
import type { LeaseId, OwnerId, Place, Segment, ServiceId, TaskIndex } from '../../../src/domain';

/** A key source in memory whose keys can be rotated and destroyed, and that counts how often it is asked. */
export class MemoryKeys implements KeySource {
  readonly keys = new Map<string, SourceKey[]>();
  asked = 0;

  constructor(owners: readonly string[] = ['owner-a', 'owner-b']) {
    for (const owner of owners) this.rotate(owner, 'k1');
  }

  rotate(ownerId: string, id: string): void {
    // The same weak secret for all: only the derivation keeps owners and ids apart.
    const key = { id, key: 'the same secret for all' };
    this.keys.set(ownerId, [...(this.keys.get(ownerId) ?? []), key]);
  }

  destroy(ownerId: string, id: string): void {
    this.keys.set(
      ownerId,
      (this.keys.get(ownerId) ?? []).filter((key) => key.id !== id),
    );
  }

  async current(ownerId: string): Promise<SourceKey> {
    this.asked++;
    const key = this.keys.get(ownerId)?.at(-1);
    if (!key) throw new KeyGone(ownerId, undefined);
    return key;
  }

  async byId(ownerId: string, id: string): Promise<SourceKey> {
    this.asked++;
    const key = this.keys.get(ownerId)?.find((each) => each.id === id);
    if (!key) throw new KeyGone(ownerId, id);
    return key;
  }
}

export const owner = (id: string) => id as OwnerId;

interface PlainPlace {
  readonly ownerId: string;
  readonly serviceId: string;
  readonly segment: number;
  readonly index: number;
  readonly type: 'Added' | 'Acked';
  readonly leaseId: string;
}

/** A place, with what of it matters to a test. */
export function placeOf(given: Partial<PlainPlace> = {}): Place {
  const plain: PlainPlace = {
    ownerId: 'owner-a',
    serviceId: 'service-a',
    segment: 1,
    index: 17,
    type: 'Acked',
    leaseId: '17.1.1',
    ...given,
  };
  return {
    ...plain,
    ownerId: plain.ownerId as OwnerId,
    serviceId: plain.serviceId as ServiceId,
    segment: plain.segment as Segment,
    index: plain.index as TaskIndex,
    leaseId: plain.leaseId as LeaseId,
  };
}
