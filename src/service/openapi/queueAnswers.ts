import type { Delivery } from '../../commands/workQueue';
import type { infoAnswer } from '../actions/info';
import { count, described, leaseId, list, record, text, time } from './schemas';

/** What workers are answered. */

const index = count('Number of the task in its queue, from 1.');
const fetchedAt = time('When the task was leased to the worker.');
const leaseUntil = time('When its lease runs out.');

const FetchedTask = described(
  record<Delivery>({
    value: { description: 'What add was given.' },
    index,
    leaseId: leaseId('Give it to ack.'),
    leaseUntil,
    fetchedAt,
    deliveries: count('How often the task was delivered, this time included.'),
  }),
  'A task with its lease.',
);

type Info = ReturnType<typeof infoAnswer>;

const digits = (description: string) => ({ ...text(description), pattern: '^\\d+$' });

const QueueInfo = described(
  record<Info>({
    INDEX: digits('Highest index added, as decimal digits.'),
    FETCHED: digits('Highest index handed out, as decimal digits; a rewind sets it back.'),
    waiting: count('Tasks that wait for a worker.'),
    leased: count('Tasks that are with a worker.'),
    returned: count('Of the waiting: those delivered before.'),
    pending: count('Indices reserved, not known to be in the log.'),
    gaps: count('Indices that never had a task.'),
    unacknowledged: list(
      record<Info['unacknowledged'][number]>({
        workerId: text('Who has the task.'),
        index,
        fetchedAt,
        leaseUntil,
      }),
      'Tasks that are with a worker, at most 1,000.',
    ),
  }),
  'Counts of a queue, and who has its tasks.',
);

export const QUEUE_ANSWERS = { FetchedTask, QueueInfo };
