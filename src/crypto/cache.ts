export interface CacheOptions {
  /** Beyond, the entry used least recently goes. */
  readonly entriesMax: number;
  /** An entry is not used longer than this after its load began. */
  readonly ttlMs: number;
  /** Milliseconds; best a clock that never goes back, so that no entry lives longer. */
  readonly now: () => number;
}

/**
 * Loaded values, bounded in number and age. Callers that miss the same key at once share one load; a
 * load that failed is forgotten. What expired is not used, and leaves memory with the next load.
 */
export class LoadingCache<Value> {
  private readonly entries = new Map<
    string,
    { readonly value: Value; readonly expiresAt: number }
  >();
  private readonly loads = new Map<string, Promise<Value>>();

  constructor(private readonly options: CacheOptions) {}

  get size(): number {
    return this.entries.size;
  }

  get(key: string): Value | undefined {
    const entry = this.entries.get(key);
    if (!entry) return undefined;
    this.entries.delete(key);
    if (this.options.now() >= entry.expiresAt) return undefined;
    this.entries.set(key, entry);
    return entry.value;
  }

  /**
   * The cached value, or that of `load`. Rejects as `load` does. An entry ages from `asOf`, before its
   * load: what the load saw may have been gone a moment later.
   */
  async getOrLoad(key: string, load: () => Promise<Value>, asOf: number): Promise<Value> {
    return this.get(key) ?? this.loads.get(key) ?? this.start(key, load, asOf);
  }

  private start(key: string, load: () => Promise<Value>, asOf: number): Promise<Value> {
    const loading = this.keep(key, load, asOf).finally(() => this.loads.delete(key));
    this.loads.set(key, loading);
    return loading;
  }

  private async keep(key: string, load: () => Promise<Value>, asOf: number): Promise<Value> {
    const expiresAt = asOf + this.options.ttlMs;
    const value = await load();
    this.dropExpired();
    this.entries.set(key, { value, expiresAt });
    for (const oldest of this.entries.keys()) {
      if (this.entries.size <= this.options.entriesMax) break;
      this.entries.delete(oldest);
    }
    return value;
  }

  private dropExpired(): void {
    const now = this.options.now();
    for (const [key, { expiresAt }] of this.entries) if (now >= expiresAt) this.entries.delete(key);
  }
}
