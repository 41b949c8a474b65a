import { mustBe, mustBeKnown, mustBeMs } from './checks';
import { clientOver } from './clientOver';
import type { Broker } from './overBroker';
import { overBroker } from './overBroker';
import { overHttp } from './overHttp';
import type { QueueClient } from './queueClient';

/** A gateway, and the token that it knows its owner by. */
export interface GatewayAddress {
  /** What stands before `/api/queue`, for example http://127.0.0.1:3000. */
  readonly url: string;
  readonly token: string;
}

export interface QueueClientOptions {
  /**
   * How long a call may take; then it ends with CallFailed. Milliseconds, default 40,000: after 30,000 the
   * queue itself says that an outcome is unknown.
   */
  readonly timeoutMs?: number;
}

export interface BrokerClientOptions extends QueueClientOptions {
  /** Whose queues these are: `meta.ownerId` of each call. */
  readonly ownerId: string;
}

const TIMEOUT_MS = 40_000;

/**
 * A client of the queue, over a Moleculer broker that reaches `worker.queue` or over the HTTP gateway.
 * Both have the same methods, answers and errors. It holds nothing that has to be closed.
 *
 *     createQueueClient<Mail, Receipt>(broker, { ownerId: 'acme' });
 *     createQueueClient<Mail, Receipt>({ url: 'http://127.0.0.1:3000', token });
 *
 * Throws InvalidInput for options that cannot work.
 */
export function createQueueClient<Value = unknown, Result = unknown>(
  broker: Broker,
  options: BrokerClientOptions,
): QueueClient<Value, Result>;
export function createQueueClient<Value = unknown, Result = unknown>(
  gateway: GatewayAddress,
  options?: QueueClientOptions,
): QueueClient<Value, Result>;
export function createQueueClient<Value, Result>(
  to: Broker | GatewayAddress,
  options: BrokerClientOptions | QueueClientOptions = {},
): QueueClient<Value, Result> {
  const { timeoutMs = TIMEOUT_MS } = options;
  mustBeMs(timeoutMs, 'timeoutMs');
  if ('call' in to) {
    mustBeKnown(options, ['ownerId', 'timeoutMs']);
    const { ownerId } = options as BrokerClientOptions;
    mustBe(typeof ownerId === 'string' && ownerId !== '', 'ownerId', 'the owner of the queues');
    return clientOver(overBroker(to, ownerId, timeoutMs), timeoutMs);
  }
  mustBeKnown(options, ['timeoutMs']);
  mustBeKnown(to, ['url', 'token']);
  mustBe(isBase(to.url), 'url', 'an http or https URL without a query and without credentials');
  mustBe(/^[\x21-\x7e]+$/.test(to.token), 'token', 'visible ASCII characters');
  return clientOver(overHttp(to.url, to.token), timeoutMs);
}

function isBase(url: string): boolean {
  const parsed = URL.parse(url);
  if (parsed === null || !/^https?:$/.test(parsed.protocol)) return false;
  return [parsed.username, parsed.password, parsed.search, parsed.hash].every(
    (part) => part === '',
  );
}
