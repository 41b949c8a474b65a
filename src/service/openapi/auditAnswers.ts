import type { QueueAudit, WhatIf } from '../../audit';
import type { SealReport } from '../../compose';
import type { AnyEvent } from '../../domain';
import { EVENT_TYPES } from '../../domain';
import type { JsonSchema } from '../params/schema';
import {
  count,
  described,
  flag,
  leaseId,
  list,
  oneOf,
  orNull,
  record,
  text,
  time,
} from './schemas';

/** What operators are answered of the history of a queue. */

type Answer<Name extends 'explain' | 'stateAt'> = Awaited<ReturnType<QueueAudit[Name]>>;

/** What every answer of `audit` but `verify` has besides its own. */
interface Read {
  readonly droppedTo: number;
  readonly damaged: readonly Damaged[];
  readonly damagedCount: number;
}
interface Damaged {
  readonly row: string;
  readonly reason: string;
}

const READ: Readonly<Record<keyof Read, JsonSchema>> = {
  droppedTo: count('Up to this task retention has dropped what happened; 0: nothing.'),
  damaged: list(
    record<Damaged>({ row: text('Which row.'), reason: text('Why it cannot be read.') }),
    'Rows that cannot be read, at most 100.',
  ),
  damagedCount: count('How many rows cannot be read.'),
};

const index = count('Number of the task, from 1.');
const workerId = text('The worker.');
const lease = leaseId('The lease.');
const fetchedAt = time('When the task was leased.');
const leaseUntil = time('When the lease runs out.');

/** As src/audit/told.ts tells it. */
interface Row {
  readonly at: string;
  readonly epoch: number;
  readonly version: number;
  readonly task: number | null;
  readonly keyId: string | null;
  readonly eventId: string;
  readonly revealed: object;
}

/** Members of the events, without those that each of them has. */
type EventMember = AnyEvent extends infer E ? (E extends unknown ? keyof E : never) : never;
type OfSomeEvents = Exclude<EventMember, 'type' | 'v'>;

const OF_SOME_EVENTS: Readonly<Record<OfSomeEvents, JsonSchema>> = {
  token: flag('Added: the task has a token.'),
  leaseId: lease,
  workerId,
  fetchedAt,
  leaseUntil,
  last: { type: 'integer', description: 'Rewound: tasks above it wait again.' },
  reason: text('Refused: why the ack was.'),
  by: text('Revealed: who asked.'),
  query: text('Revealed: for what.'),
};

const event = described(
  record<AnyEvent & Row>(
    {
      at: { type: 'string', format: 'date-time', description: 'When it was decided.' },
      epoch: count('Raised at each rebuild or rewind.'),
      version: count('Number of the decision within its epoch.'),
      task: orNull(count('Number of the task; null: of the queue as a whole.')),
      type: oneOf(EVENT_TYPES, 'What happened.'),
      v: count('Version of the form of the event.'),
      ...OF_SOME_EVENTS,
      keyId: orNull(text('The key that its payload is encrypted with; null: it has none.')),
      eventId: text('A time UUID.'),
      revealed: { type: 'object', description: 'With reveal: what the owner wrote.' },
    },
    ['revealed', ...(Object.keys(OF_SOME_EVENTS) as OfSomeEvents[])],
  ),
  'A row of the log. Which members it has depends on its type.',
);

const Replay = described(
  record<Read & { readonly events: readonly unknown[]; readonly isCut: boolean }>({
    events: list(event, 'In the order that was asked for.'),
    isCut: flag('There are more than the limit.'),
    ...READ,
  }),
  'Rows of the log.',
);

const Explanation = described(
  record<Answer<'explain'> & Read>({
    task: index,
    statements: list(
      record<Answer<'explain'>['statements'][number]>({
        at: time('When.'),
        from: text('The row that says so: epoch.version.'),
        type: text('What happened.'),
        text: text('The same in words.'),
      }),
      'What happened to the task, in its order.',
    ),
    status: oneOf(['absent', 'waiting', 'leased', 'acked'], 'Where the task stands.'),
    deliveries: count('How often it was delivered.'),
    conclusion: text('Where the task stands, in words.'),
    ...READ,
  }),
  'The story of a task.',
);

const QueueState = described(
  record<Answer<'stateAt'> & Read>({
    at: time('The time that was asked about.'),
    tasks: count('Tasks in the log.'),
    waiting: count('Tasks that waited for a worker.'),
    returned: count('Of the waiting: those delivered before.'),
    leased: count('Tasks that were with a worker.'),
    ranOut: count('Of the leased: those whose lease had run out.'),
    acked: count('Tasks that were done.'),
    leases: list(
      record<Answer<'stateAt'>['leases'][number]>({
        ...{ index, leaseId: lease, workerId, fetchedAt, leaseUntil },
      }),
      'Who had what, at most 1,000.',
    ),
    ...READ,
  }),
  'A queue as it was.',
);

const milliseconds = (description: string): JsonSchema =>
  orNull(count(`${description} Milliseconds; null: nothing to tell it from.`));

const outcome = (description: string): JsonSchema =>
  described(
    record<WhatIf['recorded']>({
      tasks: count('Tasks, each as often as it was rewound and done again.'),
      deliveries: count('How often tasks were delivered.'),
      redeliveries: count('Of these, those after the first.'),
      duplicates: count('Deliveries whose work was done again under another lease.'),
      neverDone: count('Tasks whose work takes longer than the lease each time.'),
      waitMeanMs: milliseconds('Mean time from the add to the first fetch.'),
      waitP95Ms: milliseconds('95% of tasks waited no longer.'),
      doneMeanMs: milliseconds('Mean time from the add to the ack.'),
      doneP95Ms: milliseconds('95% of tasks took no longer.'),
    }),
    description,
  );

const Comparison = described(
  record<WhatIf & Read>({
    recorded: outcome('As it was.'),
    whatIf: outcome('As it would have been.'),
    timeToRecoverMs: count('The other time to recover, in milliseconds.'),
    assumed: record<WhatIf['assumed']>({
      workMedianMs: milliseconds('Median time from a fetch to its ack.'),
      pickUpMedianMs: count('Median time from the end of a lease to the next fetch, milliseconds.'),
    }),
    ...READ,
  }),
  'What another time to recover would have done.',
);

const segments = (description: string): JsonSchema =>
  list({ type: 'integer', minimum: 1 }, description);

const place: JsonSchema = {
  type: 'object',
  description: 'Which row.',
  properties: {
    index: count('Task; 0: of the queue as a whole.'),
    epoch: count('Epoch.'),
    version: count('Version.'),
  },
  required: ['index', 'epoch', 'version'],
};

const SealsReport = described(
  record<SealReport>({
    seals: count('How many seals there are.'),
    newest: orNull(text('SHA-256 of the newest seal, in hex; null: there is none.')),
    verified: segments('Segments as they were sealed.'),
    dropped: segments('Segments that retention has dropped since.'),
    reopened: segments('Segments that a rewind has opened again: what was sealed is as it was.'),
    unsealed: segments('Closed segments without a seal.'),
    findings: list(
      record<SealReport['findings'][number]>(
        {
          type: text('What was found: docs/seals.md explains each.'),
          seal: count('Number of the seal.'),
          segment: count('Number of the segment.'),
          row: place,
          from: place,
        },
        ['segment', 'row', 'from'],
      ),
      'Empty: nothing was changed.',
    ),
    unclear: list(text('A reason.'), 'Why it cannot be told whether something was changed.'),
  }),
  'What became of sealed segments.',
);

export const AUDIT_ANSWERS = { Replay, Explanation, QueueState, Comparison, SealsReport };
