import type { Verified } from '../../compose';
import { count, described, flag, list, oneOf, orNull, record, text } from './schemas';

/** What operators are answered of the projection of a queue. */

const differences = (description: string) =>
  list(
    record<Verified['differences'][number]>({
      subject: text('What differs: tasks, a segment, or a number of the queue.'),
      from: orNull(count('First task or segment; null: said of the queue.')),
      to: orNull(count('Last task or segment; null: said of the queue.')),
      log: text('What the log says.'),
      projection: text('What the projection says.'),
      benign: orNull(text('Why nothing can come of it; null: it has to be repaired.')),
    }),
    description,
  );

const ProjectionReport = described(
  record<Verified & { readonly isRepaired: boolean }>({
    outcome: oneOf(
      ['equal', 'different', 'unknown'],
      'unknown: what differed was another at each look, or a part of the log cannot be read.',
    ),
    differences: differences('Those that have to be repaired; with repair: those of before.'),
    count: count('How many there are, also beyond those that are listed.'),
    benign: differences('Those that end by themselves.'),
    unsettled: count('Differences that were no two times the same.'),
    unreadable: list(
      {
        type: 'object',
        properties: { type: text('Type of the error.'), message: text('What is wrong.') },
        required: ['type', 'message'],
      },
      'One row of each segment that cannot be read to its end.',
    ),
    tasks: count('Tasks in the open segments.'),
    looks: count('How often it was compared.'),
    isRepaired: flag('It was different and is equal.'),
  }),
  'How the projection stands to the log.',
);

const Rebuilt = described(
  record<{ readonly epoch: number }>({ epoch: count('The epoch that the queue is in now.') }),
  'The projection was built anew.',
);

export const PROJECTION_ANSWERS = { ProjectionReport, Rebuilt };
