import { LoadingCache } from './cache';
import type { OwnerKey } from './derive';
import { deriveOwnerKey } from './derive';
import { asKeyError } from './errors';
import type { KeySource, SourceKey } from './keySource';

export interface OwnerKeysOptions {
  /** Owners with keys in memory. Default 1,000. */
  readonly ownersMax?: number;
  /**
   * How long a derived key is used after it was asked for: so long after the key was destroyed at its
   * source its payloads may still be read here (the shredding delay). Default 5 min.
   */
  readonly keyTtlMs?: number;
  /** How long the newest key of an owner is taken to be the newest: rotation takes so long. Default 60 s. */
  readonly newestTtlMs?: number;
  /** Milliseconds. Default: the monotonic clock, so that a clock set back lets no key live longer. */
  readonly now?: () => number;
}

/**
 * Derived keys of owners, cached. The `cached` methods answer at once or undefined; the others reject
 * with KeyUnavailable.
 */
export class OwnerKeys {
  private readonly keys: LoadingCache<OwnerKey>;
  private readonly newestKeys: LoadingCache<OwnerKey>;
  private readonly now: () => number;

  constructor(
    private readonly source: KeySource,
    options: OwnerKeysOptions = {},
  ) {
    const now = (this.now = options.now ?? (() => performance.now()));
    const entriesMax = options.ownersMax ?? 1_000;
    const ttlMs = options.keyTtlMs ?? 300_000;
    this.keys = new LoadingCache({ entriesMax, ttlMs, now });
    // Its entries age from when the source confirmed them, too: never longer than the shredding delay.
    const newestTtlMs = Math.min(options.newestTtlMs ?? 60_000, ttlMs);
    this.newestKeys = new LoadingCache({ entriesMax, ttlMs: newestTtlMs, now });
  }

  cachedNewest(ownerId: string): OwnerKey | undefined {
    return this.newestKeys.get(ownerId);
  }

  cached(ownerId: string, keyId: string): OwnerKey | undefined {
    return this.keys.get(cacheKey(ownerId, keyId));
  }

  async newest(ownerId: string): Promise<OwnerKey> {
    const askedAt = this.now();
    const load = async () => {
      const given = await this.source.current(ownerId);
      return this.derived(ownerId, given.id, async () => given, askedAt);
    };
    return asKeyError(ownerId, undefined, () => this.newestKeys.getOrLoad(ownerId, load, askedAt));
  }

  async byId(ownerId: string, keyId: string): Promise<OwnerKey> {
    const ask = () => this.source.byId(ownerId, keyId);
    return asKeyError(ownerId, keyId, () => this.derived(ownerId, keyId, ask, this.now()));
  }

  private async derived(
    ownerId: string,
    keyId: string,
    ask: () => Promise<SourceKey>,
    askedAt: number,
  ): Promise<OwnerKey> {
    const load = async () => deriveOwnerKey(ownerId, keyId, (await ask()).key);
    return this.keys.getOrLoad(cacheKey(ownerId, keyId), load, askedAt);
  }
}

/** The length keeps `a:b`+`c` and `a`+`b:c` apart. */
const cacheKey = (ownerId: string, keyId: string): string =>
  `${ownerId.length}:${ownerId}:${keyId}`;
