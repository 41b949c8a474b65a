import { verify } from '../../src/commands/verify';
import type { QueueId } from '../../src/domain';
import type { World } from './world';

/**
 * How the live projection and the fold of the log differ, each difference named. A state that is gone or
 * of another epoch is none: nobody is given anything before it is rebuilt.
 */
export async function differences({ log, projection }: World, queue: QueueId): Promise<string[]> {
  const verified = await verify({ log, projection, wait: () => Promise.resolve() }, queue);
  return verified.differences
    .filter(({ subject }) => subject !== 'state')
    .map((difference) => JSON.stringify(difference));
}
