import { KeyUnavailable, PayloadUnreadable } from '../domain';

/** The key source says that it does not have this key: destroyed, or never there. */
export class KeyGone extends KeyUnavailable {
  constructor(
    readonly ownerId: string,
    readonly keyId: string | undefined,
    cause?: unknown,
  ) {
    super(
      `${keyOf(ownerId, keyId)} is destroyed or was never there. What was written with it cannot be read; ` +
        'if it was not destroyed on purpose, restore it in the key source.',
      { reason: 'gone', ownerId, ...(keyId === undefined ? {} : { keyId }) },
      cause,
    );
  }
}

/** The key source did not answer, or not with a key. `cause` says why. */
export class KeySourceUnreachable extends KeyUnavailable {
  constructor(
    readonly ownerId: string,
    readonly keyId: string | undefined,
    cause: unknown,
  ) {
    super(
      `${keyOf(ownerId, keyId)} could not be fetched: ${causeOf(cause)}. ` +
        'Try again later; check that the key source is running and reachable.',
      { reason: 'unreachable', ownerId, ...(keyId === undefined ? {} : { keyId }) },
      cause,
    );
  }
}

/** The keyring file is there and must not be used as it is. Nothing was written to it. */
export class KeyringUnusable extends KeyUnavailable {
  constructor(
    readonly file: string,
    problem: string,
    nextStep: string,
    cause?: unknown,
  ) {
    super(`The keyring ${file} ${problem}. ${nextStep}.`, { reason: 'keyring', file }, cause);
  }
}

/** Runs `work`; what it rejects with becomes a KeyUnavailable if it is none. */
export async function asKeyError<T>(
  ownerId: string,
  keyId: string | undefined,
  work: () => Promise<T>,
): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw error instanceof KeyUnavailable ? error : new KeySourceUnreachable(ownerId, keyId, error);
  }
}

/** Where the payload should have been from, and what is wrong with it. */
export function payloadUnreadable(
  problem: string,
  place: Readonly<Record<string, unknown>>,
  cause?: unknown,
): PayloadUnreadable {
  return new PayloadUnreadable(
    `A stored payload cannot be opened: ${problem}. ` +
      'It was changed, or belongs elsewhere; restore this row of the log from a backup.',
    { problem, ...place },
    cause,
  );
}

const keyOf = (ownerId: string, keyId: string | undefined): string =>
  keyId === undefined ? `The newest key of owner ${ownerId}` : `Key ${keyId} of owner ${ownerId}`;

const causeOf = (cause: unknown): string =>
  cause instanceof Error ? cause.message : String(cause);
