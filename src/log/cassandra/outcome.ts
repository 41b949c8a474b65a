import { errors, types } from 'cassandra-driver';
import { LogUnavailable, OutcomeUnknown } from '../../domain';

const { responseErrorCodes: codes } = types;

/** As a number: that is how an error carries it. */
const UNAVAILABLE: number = codes.unavailableException;

/** The server refuses these before it writes anything. */
const REFUSED = new Set<number>([
  codes.protocolError,
  codes.badCredentials,
  codes.isBootstrapping,
  codes.syntaxError,
  codes.unauthorized,
  codes.invalid,
  codes.configError,
  codes.alreadyExists,
  codes.unprepared,
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
 * No host available: no connection took the request. Unavailable: a plain write is refused before it is
 * sent; a conditional one too, if it was the round of Paxos that lacked replicas, but the commit after
 * it can lack them as well, and then the value is chosen.
 */
export function surelyNotDone(error: unknown, conditional: boolean): boolean {
  if (error instanceof errors.NoHostAvailableError || isNoConnection(error)) return true;
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
  error instanceof errors.NoHostAvailableError ||
  isNoConnection(error) ||
  error instanceof errors.ResponseError ||
  error instanceof errors.OperationTimedOutError ||
  error instanceof errors.BusyConnectionError ||
  error instanceof errors.DriverInternalError ||
  (typeof error === 'object' && error !== null && ('isSocketError' in error || 'syscall' in error));

/** What the driver throws where it prepares a statement on a node that has just gone: a plain error. */
const isNoConnection = (error: unknown): boolean =>
  error instanceof Error && error.message === 'No connection available';

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

export const unavailable = (error: unknown): unknown =>
  isOfServer(error)
    ? new LogUnavailable(
        `Cassandra did not take or answer the request: ${reasonOf(error)}`,
        codeOf(error),
        error,
      )
    : error;

export const unknownOutcome = (error: unknown): OutcomeUnknown =>
  new OutcomeUnknown(
    `Cassandra may or may not have done it: ${reasonOf(error)}`,
    codeOf(error),
    error,
  );

const codeOf = (error: unknown): Record<string, unknown> =>
  error instanceof errors.ResponseError ? { code: error.code } : {};
