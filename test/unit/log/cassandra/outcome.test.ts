import { errors, types } from 'cassandra-driver';
import { InvalidInput, LogUnavailable, OutcomeUnknown } from '../../../../src/domain';
import {
  isOfServer,
  reasonOf,
  surelyNotDone,
  unavailable,
  unknownOutcome,
} from '../../../../src/log/cassandra/outcome';

const { responseErrorCodes: codes, consistencies } = types;

const response = (code: number, details: object = {}, message = 'no'): Error =>
  Object.assign(new errors.ResponseError(code, message), details);
const nobody = (inner?: unknown): Error =>
  new errors.NoHostAvailableError(inner === undefined ? {} : { '10.0.0.1:9042': inner });
const refusedConnection = (): Error =>
  Object.assign(new Error('connect ECONNREFUSED'), { code: 'ECONNREFUSED', syscall: 'connect' });
const brokenSocket = (): Error =>
  Object.assign(new Error('The socket was closed'), { isSocketError: true });
const timedOut = (): Error => new errors.OperationTimedOutError('no answer came', '10.0.0.1');
const busy = (): Error => new errors.BusyConnectionError('10.0.0.1:9042', 2048, 1);
const noConnection = (): Error => new Error('No connection available');

const unavailableAt = (consistency: number): Error =>
  response(codes.unavailableException, { consistencies: consistency, required: 2, alive: 1 });
const writeTimeout = (writeType: string): Error =>
  response(codes.writeTimeout, { writeType, received: 0, blockFor: 2 });

/** Codes of the server that the driver has no name for. */
const CDC_WRITE_FAILURE = 0x1600;
const CAS_WRITE_UNKNOWN = 0x1700;

type Ended = 'surely not done' | 'unknown';
type Row = [what: string, error: Error, plain: Ended, conditional: Ended];
const sure = (what: string, error: Error): Row => [
  what,
  error,
  'surely not done',
  'surely not done',
];
const unknown = (what: string, error: Error): Row => [what, error, 'unknown', 'unknown'];

const table: Row[] = [
  ['too few replicas', unavailableAt(consistencies.localQuorum), 'surely not done', 'unknown'],
  ['too few replicas of all', unavailableAt(consistencies.quorum), 'surely not done', 'unknown'],
  sure('too few replicas for Paxos', unavailableAt(consistencies.localSerial)),
  sure('too few replicas of all for Paxos', unavailableAt(consistencies.serial)),

  ...(['protocolError', 'isBootstrapping', 'unauthorized', 'invalid'] as const).map((name) =>
    sure(name, response(codes[name])),
  ),

  ...(
    [
      'serverError',
      'overloaded',
      'truncateError',
      'readTimeout',
      'readFailure',
      'functionFailure',
      'writeFailure',
      'clientWriteFailure',
    ] as const
  ).map((name) => unknown(name, response(codes[name]))),
  unknown('cdcWriteFailure', response(CDC_WRITE_FAILURE)),
  unknown('casWriteUnknown', response(CAS_WRITE_UNKNOWN)),

  ...['SIMPLE', 'BATCH', 'UNLOGGED_BATCH', 'BATCH_LOG', 'CAS', 'COUNTER', 'VIEW', 'CDC'].map(
    (type) => unknown(`writeTimeout of ${type}`, writeTimeout(type)),
  ),

  unknown('no answer', timedOut()),
  unknown('a socket that broke', brokenSocket()),
  unknown('an error of the network', refusedConnection()),
  unknown('a bug of the driver', new errors.DriverInternalError('?')),

  sure('connections that are busy', busy()),
  sure('no connection', noConnection()),
  sure('no host', nobody()),
  // The write was not sent to any of them, whatever was before.
  ...Object.entries({
    'is down': 'Host considered as DOWN',
    'was not asked': null,
    'refuses the connection': refusedConnection(),
    'has broken the socket': brokenSocket(),
    'did not answer': timedOut(),
    'is busy': busy(),
    'has no connection': noConnection(),
    'does not know the statement': response(codes.unprepared),
  }).map(([what, inner]) => sure(`no host: one ${what}`, nobody(inner))),
];

it.each(table)('%s', (_, error, plain, conditional) => {
  const ended = (isConditional: boolean): Ended =>
    surelyNotDone(error, isConditional) ? 'surely not done' : 'unknown';
  expect({ plain: ended(false), conditional: ended(true) }).toEqual({ plain, conditional });
  expect(isOfServer(error)).toBe(true);
  expect(unavailable(error)).toBeInstanceOf(LogUnavailable);
});

it('what is no error of the server is a bug: nothing is known, and it stays as it is', () => {
  for (const bug of [
    new TypeError('x is not a function'),
    new errors.ArgumentError('?'),
    'no',
    undefined,
  ]) {
    expect(surelyNotDone(bug, false)).toBe(false);
    expect(isOfServer(bug)).toBe(false);
    expect(unavailable(bug)).toBe(bug);
  }
});

it.each([
  'Request is too big: length 20971755 exceeds maximum allowed length 16777216.',
  'Rejected an oversized mutation (2202247/2097152) for keyspace: queue. Top keys are: …',
])('waiting does not help where the server says: %s', (message) => {
  const error = response(codes.invalid, {}, message);
  expect(surelyNotDone(error, false)).toBe(true);
  expect(unavailable(error)).toBeInstanceOf(InvalidInput);
  expect(unavailable(error)).toMatchObject({
    retryable: false,
    cause: error,
    data: { path: 'payload', code: codes.invalid },
    message: expect.stringMatching(/takes no write.*(length 20971755|oversized).*valueBytesMax/),
  });
  // The words alone do not say it.
  expect(unavailable(response(codes.serverError, {}, message))).toBeInstanceOf(LogUnavailable);
});

it('an unknown outcome and an unavailable log carry the reason, the code and the cause', () => {
  const error = response(codes.overloaded, {}, 'too much\nand more');
  for (const [told, kind] of [
    [unavailable(error), LogUnavailable],
    [unknownOutcome(error), OutcomeUnknown],
  ] as const) {
    expect(told).toBeInstanceOf(kind);
    expect(told).toMatchObject({ data: { code: codes.overloaded }, cause: error });
    expect((told as Error).message).toMatch(/: too much$/);
  }
});

it.each([
  ['what a node said', nobody(refusedConnection()), 'connect ECONNREFUSED'],
  ['what is said of a node', nobody('Host considered as DOWN'), 'Host considered as DOWN'],
  ['what the driver says', new errors.NoHostAvailableError({}, 'nobody'), 'nobody'],
  ['what was thrown', 'no', 'no'],
])('the reason is %s', (_, error, reason) => {
  expect(reasonOf(error)).toBe(reason);
});
