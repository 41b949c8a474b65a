import type { Context } from 'moleculer';
import type { CompletedActivity } from '../commands/workQueue';
import { ActivityFailed } from '../domain';
import type { RemoteService } from './options';

/**
 * Tells the owner of a token that its task was acked: `<activity>.completed` { token, result?, error? },
 * with the meta of the ack.
 */
export async function completeActivity(
  ctx: Pick<Context, 'call'>,
  { name, timeoutMs }: RemoteService,
  { token, result, error }: CompletedActivity,
): Promise<void> {
  const params = {
    token,
    ...(result === undefined ? {} : { result }),
    ...(error === undefined ? {} : { error }),
  };
  try {
    await ctx.call(`${name}.completed`, params, { timeout: timeoutMs });
  } catch (cause) {
    throw new ActivityFailed(`${name}.completed failed, so the task is not acked`, {}, cause);
  }
}
