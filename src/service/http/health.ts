import type { Readiness } from '../actions/health';
import type { Answer } from './answer';
import { jsonAnswer } from './answer';

/** For probes: no token, and nothing that a queue holds. */
export const HEALTH_PREFIX = '/health';

/** GET /health/live: this process takes requests. */
export const liveAnswer: Answer = jsonAnswer(200, '{"status":"live"}');

/** GET /health/ready: 200 if the queue can be used, else 503 with the reason, by part where one is known. */
export async function readyAnswer(ask: () => Promise<Readiness>): Promise<Answer> {
  try {
    const { ready, ...parts } = await ask();
    return statusAnswer(ready, parts);
  } catch (error) {
    return statusAnswer(false, { reason: error instanceof Error ? error.message : String(error) });
  }
}

const statusAnswer = (ready: boolean, details: object): Answer =>
  jsonAnswer(
    ready ? 200 : 503,
    JSON.stringify({ status: ready ? 'ready' : 'not ready', ...details }),
  );
