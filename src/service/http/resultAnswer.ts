import type { Delivery } from '../../commands/workQueue';
import type { Answer } from './answer';
import { emptyAnswer, jsonAnswer } from './answer';
import { renderJson } from './renderJson';
import type { Route } from './routes';

/** What a call of an action gave, as it is sent. */
export const resultAnswer = ({ action }: Route, result: unknown, details: boolean): Answer =>
  action === 'fetch'
    ? fetchAnswer(result as Delivery | null, details)
    : jsonAnswer(200, renderJson(result));

/**
 * 204 without a body: no task for this worker. 200: the value as JSON (renderJson.ts) with its lease in
 * headers; with `details` all of it as one JSON object. So a task whose value is null is told from none.
 */
function fetchAnswer(delivery: Delivery | null, details: boolean): Answer {
  if (delivery === null) return emptyAnswer;
  return jsonAnswer(200, renderJson(details ? delivery : delivery.value), {
    'X-Task-Index': String(delivery.index),
    'X-Lease-Id': delivery.leaseId,
    'X-Lease-Until': new Date(delivery.leaseUntil).toISOString(),
    'X-Deliveries': String(delivery.deliveries),
  });
}
