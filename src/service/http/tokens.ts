import { hash, timingSafeEqual } from 'node:crypto';
import type { Authenticate, Caller } from './authenticate';

/** A token that the gateway knows, by its hash: what is stored here lets nobody in. */
export interface TokenEntry {
  /** `hashToken(token)`: SHA-256 of the token, 64 hex digits. Tokens must be random, 128 bits or more. */
  readonly sha256: string;
  readonly ownerId: string;
  /** May rewind the queues of this owner. Default false. */
  readonly operator?: boolean;
}

/** The form in which a token is configured. */
export const hashToken = (token: string): string => hash('sha256', token, 'hex');

/** Knows a caller by `Authorization: Bearer <token>`. Throws for an entry that is no SHA-256. */
export function bearerTokens(entries: readonly TokenEntry[]): Authenticate {
  const known = entries.map(({ sha256, ownerId, operator }) => {
    if (!/^[0-9a-f]{64}$/i.test(sha256)) {
      throw new TypeError(
        `The token of ${ownerId} must be given as hashToken(token): 64 hex digits`,
      );
    }
    return { hash: Buffer.from(sha256, 'hex'), caller: { ownerId, operator: operator === true } };
  });
  return (req) => {
    const token = /^Bearer +([\w.~+/=-]{1,1024})$/i.exec(req.headers.authorization ?? '')?.[1];
    if (token === undefined) return null;
    const given = hash('sha256', token, 'buffer');
    // All are compared, so the time tells nothing of which one it was.
    let caller: Caller | null = null;
    for (const entry of known) if (timingSafeEqual(entry.hash, given)) caller = entry.caller;
    return caller;
  };
}
