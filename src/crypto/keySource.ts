/** A key as its source gives it: any string or bytes, not empty. It is never used as it is (derive.ts). */
export interface SourceKey {
  readonly id: string;
  readonly key: string | Uint8Array;
}

/**
 * Where the keys of owners come from. Rejects with KeyGone if the source says that there is no such key,
 * with another KeyUnavailable if it cannot say.
 */
export interface KeySource {
  /** The key for new writes. */
  current(ownerId: string): Promise<SourceKey>;
  byId(ownerId: string, id: string): Promise<SourceKey>;
}
