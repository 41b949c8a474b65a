import { errors, types } from 'cassandra-driver';
import { InvalidInput, LogUnavailable, OutcomeUnknown } from '../../domain';

const { responseErrorCodes: codes } = types;

/** As numbers: that is how an error carries them. */
const UNAVAILABLE: number = codes.unavailableException;
const INVALID: number = codes.invalid;

/** What may come of a write of this log that the server refuses before it writes anything. */
const REFUSED = new Set<number>([
  codes.protocolError,
  codes.isBootstrapping,
  codes.unauthorized,
  INVALID,
]);

const SERIAL = new Set<unknown>([types.consistencies.serial, types.consistencies.localSerial]);

/** A ResponseError carries what its kind of error says; the types leave it out. */
interface Details {
  readonly code: number;
  readonly consistencies?: number;
}

/**
 * Whether a write that ended in this error surely did nothing. Of one attempt: writes have no retry of
 * the driver, so no earlier attempt hides behind the error of the last.
 *
 * Nobody took it: whatever a NoHostAvailableError says of single nodes, no connection has sent the write
 * (what may have been sent to them is the question to prepare it). Unavailable: a plain write is refused before it is
 * sent; a conditional one too, if it was the round of Paxos that lacked replicas, but the commit after
 * it can lack them as well, and then the value is chosen.
 */
export function surelyNotDone(error: unknown, conditional: boolean): boolean {
  if (isTakenByNobody(error)) return true;
  if (!(error instanceof errors.ResponseError)) return false;
  const { code, consistencies } = error as Details;
  if (code === UNAVAILABLE) return !conditional || SERIAL.has(consistencies);
  return REFUSED.has(code);
}

/**
 * From the driver or the network; anything else is a bug, and is thrown as it is. Errors of sockets are
 * told by what they carry.
 */
export const isOfServer = (error: unknown): error is Error =>
  isTakenByNobody(error) ||
  error instanceof errors.ResponseError ||
  error instanceof errors.OperationTimedOutError ||
  error instanceof errors.DriverInternalError ||
  (typeof error === 'object' && error !== null && ('isSocketError' in error || 'syscall' in error));

/**
 * The last two come alone where the driver prepares a statement: on a node whose connections are all busy,
 * and on one that has just gone, which is a plain error.
 */
const isTakenByNobody = (error: unknown): boolean =>
  error instanceof errors.NoHostAvailableError ||
  error instanceof errors.BusyConnectionError ||
  (error instanceof Error && error.message === 'No connection available');

/** What went wrong, in one line: the driver's own message of it may show a whole error. */
export function reasonOf(error: unknown): string {
  const inner: unknown =
    error instanceof errors.NoHostAvailableError
      ? Object.values((error.innerErrors ?? {}) as Record<string, unknown>)[0]
      : undefined;
  if (typeof inner === 'string') return inner;
  for (const each of [inner, error]) {
    if (typeof each === 'object' && each !== null && 'message' in each) {
      return String(each.message).split('\n')[0] ?? '';
    }
  }
  return String(error);
}

/** What a caller is told of a request that surely did nothing. */
export function unavailable(error: unknown): unknown {
  if (!isOfServer(error)) return error;
  const reason = reasonOf(error);
  if (isTooBig(error)) {
    return new InvalidInput(
      `Cassandra takes no write of this size: ${reason}. ` +
        'Give less, or lower limits.valueBytesMax to what the server takes.',
      { path: 'payload', expected: 'fewer bytes', ...codeOf(error) },
      error,
    );
  }
  return new LogUnavailable(
    `Cassandra did not take or answer the request: ${reason}`,
    codeOf(error),
    error,
  );
}

/**
 * Above native_transport_max_frame_size or max_mutation_size, by default 16 MiB each. The code is also that
 * of other refusals, so the words decide (5.0.6).
 */
const isTooBig = (error: Error): boolean =>
  error instanceof errors.ResponseError &&
  error.code === INVALID &&
  /^(Request is too big|Rejected an oversized mutation)/.test(error.message);

export const unknownOutcome = (error: unknown): OutcomeUnknown =>
  new OutcomeUnknown(
    `Cassandra may or may not have done it: ${reasonOf(error)}`,
    codeOf(error),
    error,
  );

const codeOf = (error: unknown): Record<string, unknown> =>
  error instanceof errors.ResponseError ? { code: error.code } : {};
