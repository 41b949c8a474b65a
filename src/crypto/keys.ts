import { KeyGone, KeySourceUnreachable } from './errors';
import type { KeySource, SourceKey } from './keySource';

/**
 * Asks a key service; without an id for the newest key of the owner. The owner travels beside the
 * parameters (as meta), how is the business of whoever gives this function.
 */
export type GetOek = (ownerId: string, id?: string) => Promise<unknown>;

export interface KeyServiceOptions {
  /** How long one call may take. Default 5 s. */
  readonly timeoutMs?: number;
  /** Whether an error says 'there is no such key', as opposed to 'I cannot tell'. */
  readonly isGone?: (error: unknown) => boolean;
}

/**
 * The keys of a key service with `getOek({ service, id? }) -> { id, key }`.
 * Gone: isGone says so of the error; no answer, no key in it, or the key of another id than asked for.
 * Anything else that is not a key in time is KeySourceUnreachable.
 */
export function createKeyServiceSource(getOek: GetOek, options: KeyServiceOptions = {}): KeySource {
  const { timeoutMs = 5_000, isGone = saysNotFound } = options;

  const ask = async (ownerId: string, id?: string): Promise<SourceKey> => {
    let answer: unknown;
    try {
      answer = await inTime(timeoutMs, id === undefined ? getOek(ownerId) : getOek(ownerId, id));
    } catch (error) {
      throw isGone(error)
        ? new KeyGone(ownerId, id, error)
        : new KeySourceUnreachable(ownerId, id, error);
    }
    const { id: givenId, key } = (answer ?? {}) as {
      readonly id?: unknown;
      readonly key?: unknown;
    };
    if (key === undefined || key === null) throw new KeyGone(ownerId, id);
    if (id !== undefined && givenId !== id) throw new KeyGone(ownerId, id);
    const material = materialOf(key);
    if (typeof givenId !== 'string' || givenId === '' || material === null) {
      // Says nothing of what was given: it may be half a key.
      const wrong = new Error('the answer of the key service is not { id, key }');
      throw new KeySourceUnreachable(ownerId, id, wrong);
    }
    return { id: givenId, key: material };
  };

  return { current: (ownerId) => ask(ownerId), byId: (ownerId, id) => ask(ownerId, id) };
}

/**
 * 404 or 410. A framework that finds no service or no node says 404, too, but calls it retryable: it
 * is not the key that is missing.
 */
function saysNotFound(error: unknown): boolean {
  if (typeof error !== 'object' || error === null) return false;
  const { code, retryable } = error as { readonly code?: unknown; readonly retryable?: unknown };
  return (code === 404 || code === 410) && retryable !== true;
}

/** Between nodes a Buffer may arrive in the form that its toJSON gave it. */
function materialOf(key: unknown): string | Uint8Array | null {
  if (typeof key === 'string' || key instanceof Uint8Array) return key.length > 0 ? key : null;
  const { type, data } = key as { readonly type?: unknown; readonly data?: unknown };
  if (type !== 'Buffer' || !Array.isArray(data) || data.length === 0) return null;
  return data.every(isByte) ? Uint8Array.from(data) : null;
}

const isByte = (n: unknown): n is number =>
  typeof n === 'number' && Number.isInteger(n) && n >= 0 && n <= 255;

async function inTime<T>(timeoutMs: number, answer: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => {
      reject(new Error(`no answer within ${timeoutMs} ms`));
    }, timeoutMs);
  });
  try {
    return await Promise.race([answer, late]);
  } finally {
    clearTimeout(timer);
  }
}
