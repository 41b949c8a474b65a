import { Errors } from 'moleculer';
import type { Answer } from './answer';
import { jsonAnswer } from './answer';
import { hintOf } from './hints';
import { Problem } from './problem';
import { renderJson } from './renderJson';

/**
 * Every error, whoever found it, as { type, code, message, hint, data? }; `data` only where the queue
 * service gave some. Where it is known when to come again, `Retry-After` says it in seconds.
 */
export function errorAnswer(error: unknown): Answer {
  if (error instanceof Problem) {
    const { type, status, message, hint, headers } = error;
    return jsonAnswer(status, renderJson({ type, code: status, message, hint }), headers);
  }
  if (!isTyped(error)) return errorAnswer(internalError);
  const { code, message } = error;
  // Moleculer gives some of its own errors a name only.
  const type = error.type || error.name;
  const { hint: ownHint, ...data } = { ...(error.data as Record<string, unknown> | undefined) };
  const hint = typeof ownHint === 'string' ? ownHint : hintOf(type);
  const known = Object.keys(data).length > 0 ? { data } : {};
  return jsonAnswer(code, renderJson({ type, code, message, hint, ...known }), {
    ...retryAfter(data['retryAfterMs']),
    ...(code === 401 ? CHALLENGE : {}),
  });
}

export const CHALLENGE = { 'WWW-Authenticate': 'Bearer' };

/** An error that an action meant to be seen. Moleculer's own (no such service, time-out) are such. */
const isTyped = (error: unknown): error is Errors.MoleculerError =>
  error instanceof Errors.MoleculerError &&
  Number.isInteger(error.code) &&
  error.code >= 400 &&
  error.code < 600;

const internalError = new Problem(
  'InternalError',
  'Something went wrong that should not',
  'The log of the service says what. Whether the call happened is not known.',
);

const retryAfter = (ms: unknown): Record<string, string> =>
  typeof ms === 'number' && ms >= 0
    ? { 'Retry-After': String(Math.max(1, Math.ceil(ms / 1000))) }
    : {};
