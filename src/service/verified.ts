import type { ServiceBroker } from 'moleculer';
import { METRIC } from 'moleculer';
import type { VerifyRun } from '../compose';
import type { Log } from './log';

const DIFFERENCES = 'worker.queue.verify.differences';
/** Of one queue in one warning: the command names them all. */
const NAMED_MAX = 10;

/**
 * Tells what a run of the job verify found: the event `worker.queue.verified` { queues, differences }, the
 * counter `worker.queue.verify.differences` where the broker has metrics, and a warning for each queue.
 * The event counts only: every service of the broker hears it, whichever owner it is for.
 */
export function reportOf(broker: ServiceBroker, log: Log): (run: VerifyRun) => void {
  // Does nothing where the broker has no metrics.
  broker.metrics.register({
    name: DIFFERENCES,
    type: METRIC.TYPE_COUNTER,
    description: 'Differences between the log and projections that the job verify has found',
  });
  return ({ queues, doubtful, failed }) => {
    const differences = doubtful.reduce((sum, { verified }) => sum + verified.count, 0);
    for (const { queue, verified } of doubtful) {
      const named = verified.differences.slice(0, NAMED_MAX);
      const why =
        verified.outcome === 'different'
          ? `The projection differs from the log in ${String(verified.count)} place(s); ` +
            'projection verify --repair rebuilds it'
          : 'It could not be told whether projection and log are equal';
      log.warn(
        why,
        queue,
        named,
        verified.unreadable.map(({ message }) => message),
      );
    }
    for (const { queue, error } of failed) log.warn('A queue could not be verified', queue, error);
    if (differences > 0) broker.metrics.increment(DIFFERENCES, undefined, differences);
    broker
      .broadcast('worker.queue.verified', { queues, differences })
      .catch((error: unknown) => log.warn('worker.queue.verified could not be sent', error));
  };
}
