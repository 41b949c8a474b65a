import { CallFailed } from './callFailed';
import type { Task } from './queueClient';
import { isRecord } from './remade';

/** What fetch answered, if it is a task with its lease: without one nothing could be acked safely. */
export function taskOf<Value>(answer: unknown): Task<Value> | null {
  if (answer === null) return null;
  if (isRecord(answer) && typeof answer['leaseId'] === 'string' && Object.hasOwn(answer, 'value'))
    return answer as unknown as Task<Value>; // of what type the values are, only who adds them knows
  throw new CallFailed('The answer is not a task with its lease', false);
}
