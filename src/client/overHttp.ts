import { InvalidInput } from '../domain/errors';
import type { Call } from './call';
import { CallFailed } from './callFailed';
import type { ToldError } from './remade';
import { isRecord, remade } from './remade';

/** Calls the routes of the gateway. Node keeps the connections open from one call to the next. */
export const overHttp = (url: string, token: string): Call => {
  const base = url.replace(/\/+$/, '');
  const authorization = `Bearer ${token}`;

  return async (action, { serviceId, ...params }, signal) => {
    const target = `${base}/api/queue/${pathSegment(serviceId)}/${action}`;
    const request: RequestInit =
      action === 'info'
        ? { headers: { authorization } }
        : {
            method: 'POST',
            headers: { authorization, 'content-type': 'application/json' },
            body: bodyOf(params),
          };
    const { response, text } = await sent(target, { ...request, signal, redirect: 'error' });
    if (response.ok) return response.status === 204 ? null : jsonOf(response, text);
    throw remade(toldBy(response, text));
  };
};

/** An answer with its whole body, since a connection can break until then. */
async function sent(
  target: string,
  request: RequestInit & { readonly signal: AbortSignal },
): Promise<{ response: Response; text: string }> {
  try {
    const response = await fetch(target, request);
    return { response, text: await response.text() };
  } catch (error) {
    request.signal.throwIfAborted();
    throw notSent(new URL(target).origin, error);
  }
}

function notSent(origin: string, error: unknown): CallFailed {
  // fetch says only that it failed; why is its cause.
  const { cause = error } = error as { readonly cause?: unknown };
  const { code, message } = cause as { readonly code?: unknown; readonly message?: unknown };
  const why = typeof code === 'string' ? code : String(message);
  return new CallFailed(`No answer from ${origin}: ${why}`, true, { type: why }, error);
}

/** A path cannot hold these, however they are encoded: the call would go to another place, or nowhere. */
const NO_SEGMENT = /^\.{0,2}$|\p{Cs}/u;

function pathSegment(serviceId: string): string {
  if (!NO_SEGMENT.test(serviceId)) return encodeURIComponent(serviceId);
  const expected = "over HTTP a name in whole characters, not empty, '.' or '..'";
  throw new InvalidInput(`'serviceId' must be ${expected}`, { path: 'serviceId', expected });
}

function bodyOf(params: object): string {
  try {
    return JSON.stringify(params);
  } catch (cause) {
    const expected = 'over HTTP values that JSON has a form for';
    const { message } = cause as Error;
    throw new InvalidInput(`The parameters must be ${expected}: ${message}`, { expected }, cause);
  }
}

function jsonOf({ status }: Response, text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch (cause) {
    throw new CallFailed(
      'The answer is not JSON: no gateway is at this URL',
      false,
      { code: status },
      cause,
    );
  }
}

/** What a gateway says of an error; something else in its place says its status only. */
function toldBy({ status, headers }: Response, text: string): ToldError {
  const retryAfter = Number(headers.get('retry-after') ?? NaN);
  const later = retryAfter >= 0 ? { retryAfterMs: retryAfter * 1000 } : {};
  const body = parsed(text);
  if (!isRecord(body) || typeof body['message'] !== 'string')
    return { message: `The server answered ${status}`, code: status, data: later };
  const { message, type, hint, data } = body;
  const known = isRecord(data) ? data : {};
  return { message, type, code: status, data: { ...later, hint, ...known } };
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return null;
  }
}
