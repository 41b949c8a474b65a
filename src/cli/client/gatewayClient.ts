import * as t from 'io-ts';
import type { Values } from '../../config';
import type { settings } from '../../config';
import { CommandFailed } from '../commandFailed';

const ANSWER_WITHIN_MS = 30_000;
/** Other refusals stay as they are, however often they are asked for. */
const RETRYABLE = [408, 429, 502, 503, 504];

/** A parameter cannot be taken. */
export const WRONG_CALL = 422;
/** A stored payload does not open, or there is a bug: only this task or call is concerned. */
export const FAILED_WITHIN = 500;

/** A call that the gateway refused, or did not answer. */
export class GatewayFailed extends CommandFailed {
  constructor(
    message: string,
    /** The same call may go through later. */
    readonly retryable: boolean,
    /** Of HTTP; null: there was no answer, or none of the gateway. */
    readonly status: number | null = null,
  ) {
    super(message, status === WRONG_CALL ? 2 : 1);
  }
}

const Delivery = t.strict({
  value: t.unknown,
  index: t.number,
  leaseId: t.string,
  leaseUntil: t.number,
  fetchedAt: t.number,
  deliveries: t.number,
});
/** A task and its lease; times in milliseconds since 1970. */
export type Delivery = t.TypeOf<typeof Delivery>;

export interface GatewayClient {
  add(task: { readonly value: unknown; readonly token?: unknown }): Promise<void>;
  /** null: there is no task for this worker. */
  fetch(request: {
    readonly workerId: string;
    readonly timeToRecover?: number;
  }): Promise<Delivery | null>;
  /** False: the worker does not hold that lease. */
  ack(request: {
    readonly workerId: string;
    readonly leaseId?: string;
    readonly result?: unknown;
    readonly error?: unknown;
  }): Promise<boolean>;
}

/** One queue through its HTTP gateway. All reject with GatewayFailed. */
export function gatewayClient(
  values: Values<typeof settings.CLIENT>,
  serviceId: string,
): GatewayClient {
  const base = `${values['queue.url']}/api/queue/${encodeURIComponent(serviceId)}`;
  const token = values['queue.token'];
  const headers = {
    'Content-Type': 'application/json',
    ...(token === undefined ? {} : { Authorization: `Bearer ${token}` }),
  };
  const call = (path: string, body: object): Promise<unknown> =>
    post(`${base}/${path}`, headers, body);
  return {
    add: async (task) => {
      if ((await call('add', task)) !== true) throw notAGateway(base, 'its answer');
    },
    fetch: async (request) => {
      const answer = await call('fetch', { ...request, details: true });
      if (answer === null || Delivery.is(answer)) return answer;
      throw notAGateway(base, 'its answer');
    },
    ack: async (request) => {
      const answer = await call('ack', request);
      if (typeof answer === 'boolean') return answer;
      throw notAGateway(base, 'its answer');
    },
  };
}

async function post(
  url: string,
  headers: Readonly<Record<string, string>>,
  body: object,
): Promise<unknown> {
  const signal = AbortSignal.timeout(ANSWER_WITHIN_MS);
  try {
    const init = { method: 'POST', headers, body: JSON.stringify(body), signal };
    const response = await fetch(url, init);
    const text = await response.text();
    if (response.status === 204) return null;
    const answer = parsed(text);
    if (answer === undefined) throw notAGateway(url, `HTTP ${String(response.status)}`);
    if (!response.ok) throw refused(url, response.status, answer);
    return answer;
  } catch (error) {
    throw error instanceof GatewayFailed ? error : unanswered(url, error);
  }
}

/** Undefined: it is no JSON. */
function parsed(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}

const Refusal = t.type({ type: t.string, message: t.string, hint: t.string });

function refused(url: string, status: number, answer: unknown): GatewayFailed {
  if (!Refusal.is(answer)) return notAGateway(url, `HTTP ${String(status)}`);
  const { type, message, hint } = answer;
  const toDo =
    status === 401 ? 'Set QUEUE_TOKEN (--token) to a token that the gateway knows.' : hint;
  const told = `${type}: ${message.replace(/\.$/, '')}. ${toDo}`;
  return new GatewayFailed(told, RETRYABLE.includes(status), status);
}

function unanswered(url: string, error: unknown): GatewayFailed {
  const { name, cause } = error as Error & { readonly cause?: { readonly code?: string } };
  const { origin } = new URL(url);
  if (name === 'TimeoutError') {
    return new GatewayFailed(
      `The gateway at ${origin} did not answer within ${String(ANSWER_WITHIN_MS)} ms. The call may have happened: a repeated add may add twice.`,
      true,
    );
  }
  const reason = cause?.code ?? String(error);
  return new GatewayFailed(
    `Nothing answers at ${origin} (${reason}). Start the gateway, or set QUEUE_URL (--url) to where it is.`,
    true,
  );
}

const notAGateway = (url: string, found: string): GatewayFailed =>
  new GatewayFailed(
    `What answers at ${new URL(url).origin} is no gateway of the queue (${found}). Set QUEUE_URL (--url) to one.`,
    false,
  );
