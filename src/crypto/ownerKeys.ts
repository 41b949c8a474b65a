import { KeyUnavailable } from '../domain';
import { LoadingCache } from './cache';
import type { OwnerKey } from './derive';
import { deriveOwnerKey } from './derive';
import { KeySourceUnreachable } from './errors';
import type { KeySource, SourceKey } from './keySource';

export interface OwnerKeysOptions {
  /** Owners with keys in memory. Default 1,000. */
  readonly ownersMax?: number;
  /**
   * How long a derived key is used after it was asked for: so long after the key was destroyed at its
   * source its payloads may still be read here (the shredding delay). Default 5 min.
   */
  readonly keyTtlMs?: number;
  /** How long an owner's newest key is taken to be the newest: rotation takes so long. Default 60 s. */
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
  private readonly newestIds: LoadingCache<string>;
  private readonly now: () => number;

  constructor(
    private readonly source: KeySource,
    options: OwnerKeysOptions = {},
  ) {
    const now = (this.now = options.now ?? (() => performance.now()));
    const entriesMax = options.ownersMax ?? 1_000;
    this.keys = new LoadingCache({ entriesMax, ttlMs: options.keyTtlMs ?? 300_000, now });
    this.newestIds = new LoadingCache({ entriesMax, ttlMs: options.newestTtlMs ?? 60_000, now });
  }

  cachedNewest(ownerId: string): OwnerKey | undefined {
    const keyId = this.newestIds.get(ownerId);
    return keyId === undefined ? undefined : this.cached(ownerId, keyId);
  }

  cached(ownerId: string, keyId: string): OwnerKey | undefined {
    return this.keys.get(cacheKey(ownerId, keyId));
  }

  async newest(ownerId: string): Promise<OwnerKey> {
    const askedAt = this.now();
    const keyId = await this.newestIds.getOrLoad(ownerId, async () => {
      const given = await this.ask(ownerId, undefined, () => this.source.current(ownerId));
      await this.derived(ownerId, given.id, async () => given, askedAt);
      return given.id;
    });
    return this.cached(ownerId, keyId) ?? this.byId(ownerId, keyId);
  }

  async byId(ownerId: string, keyId: string): Promise<OwnerKey> {
    const ask = () => this.ask(ownerId, keyId, () => this.source.byId(ownerId, keyId));
    return this.derived(ownerId, keyId, ask, this.now());
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

  /** Whatever a source rejects with becomes a KeyUnavailable. */
  private async ask(
    ownerId: string,
    keyId: string | undefined,
    call: () => Promise<SourceKey>,
  ): Promise<SourceKey> {
    try {
      return await call();
    } catch (error) {
      throw error instanceof KeyUnavailable
        ? error
        : new KeySourceUnreachable(ownerId, keyId, error);
    }
  }
}

/** The length keeps `a:b`+`c` and `a`+`b:c` apart. */
const cacheKey = (ownerId: string, keyId: string): string =>
  `${ownerId.length}:${ownerId}:${keyId}`;
