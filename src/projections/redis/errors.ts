import { OutcomeUnknown, Overloaded, ProjectionUnavailable, QueueError } from '../../domain';

/** Nobody answers at the address of Redis. */
export class RedisUnreachable extends QueueError {
  readonly type = 'RedisUnreachable';
  readonly retryable = true;

  constructor(address: string, waitedMs: number, cause?: unknown) {
    const reason = (cause as Partial<Error> | undefined)?.message ?? 'no answer';
    super(
      `Redis at ${address} did not answer within ${String(waitedMs)} ms (${reason}). ` +
        'Start it, or set REDIS_URL to where it is.',
      { address, waitedMs, reason },
      cause,
    );
  }
}

/** Redis is there, but would break a promise of the queue as it is set up. */
export class RedisUnsuitable extends QueueError {
  readonly type = 'RedisUnsuitable';
  readonly retryable = false;

  constructor(setting: string, found: string, toDo: string, cause?: unknown) {
    super(`Redis cannot be used: ${setting} is ${found}. ${toDo}`, { setting, found, toDo }, cause);
  }
}

export const isReply = (error: unknown): error is Error =>
  error instanceof Error && error.name === 'ReplyError';

interface Refusal {
  readonly reply: RegExp;
  readonly setting: string;
  readonly found: string;
  readonly toDo: string;
}

/** Replies to a start that no waiting changes. */
const REFUSALS: readonly Refusal[] = [
  {
    reply: /NOPERM|ACL failure|no permissions/i,
    setting: 'the ACL of its user',
    found: 'too narrow',
    toDo:
      'Allow the user INFO, EVAL and EVALSHA besides the commands for data: ' +
      '+info +eval +evalsha +time +get +set +@hash +@sortedset +@keyspace, in a cluster also +cluster +asking.',
  },
  {
    reply: /^(WRONGPASS|NOAUTH)|invalid password|without any password/i,
    setting: 'the user or password in REDIS_URL',
    found: 'refused',
    toDo: 'Set it to redis://user:password@host:port as Redis has them.',
  },
  {
    reply: /cluster support disabled/,
    setting: 'the cluster option',
    found: 'set for a server that is in no cluster',
    toDo: 'Leave the option out, or set REDIS_URL to nodes of a cluster.',
  },
];

/** What a reply says against the server or its user for good; null: nothing of the kind. */
export function refusalOf(error: unknown): RedisUnsuitable | null {
  if (!isReply(error)) return null;
  const { message } = error;
  const refusal = REFUSALS.find(({ reply }) => reply.test(message));
  if (!refusal) return null;
  const { setting, found, toDo } = refusal;
  return new RedisUnsuitable(setting, `${found} (${message})`, toDo, error);
}

/** Redis said no before it did anything. */
const REFUSED =
  /^(LOADING|READONLY|MASTERDOWN|CLUSTERDOWN|TRYAGAIN|MOVED|ASK|BUSY|MISCONF|NOREPLICAS|NOAUTH|NOPERM|ERR max number of clients)\b/;
/** A cluster's client gave up: each try was refused. */
const REDIRECTED =
  /^Too many Cluster redirections. Last error: ReplyError: (TRYAGAIN|MOVED|ASK|CLUSTERDOWN)\b/;
/** The client says that it was never written. */
const UNSENT = /^(Stream isn't writeable|Cluster isn't ready)/;

/** What the port says of a command that failed, once it was handed to the connection. */
export function failureOf(error: unknown): unknown {
  const message = error instanceof Error ? error.message : String(error);
  if (UNSENT.test(message)) return new ProjectionUnavailable('Redis is not connected', {}, error);
  if (REDIRECTED.test(message)) return new ProjectionUnavailable(`Redis: ${message}`, {}, error);
  // Handed over, so it may have been executed.
  if (!isReply(error)) return new OutcomeUnknown(`Redis did not answer: ${message}`, {}, error);
  if (message.startsWith('OOM')) return new Overloaded('Redis is out of memory', {}, error);
  if (REFUSED.test(message)) return new ProjectionUnavailable(`Redis: ${message}`, {}, error);
  return error;
}
