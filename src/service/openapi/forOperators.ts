import { AUDIT } from '../actions/audit';
import { PROJECTION } from '../actions/projection';
import { rewind } from '../actions/rewind';
import { REVEAL_FEW } from '../params/operators';
import type { Described } from './described';
import type { ErrorGroup } from './errors';
import { schemaNamed } from './schemas';

/** Each may read a whole queue: a node does two of one kind at once. */
const LOOKING: readonly ErrorGroup[] = ['NoSuchQueue', 'OverloadedOrFull'];

const READ = { droppedTo: 0, damaged: [], damagedCount: 0 };
const AT = 1_767_225_600_000;
const EVENT_ID = '4e4c0f00-e6a3-11f0-8de9-0242ac120002';

const ONE_TASK = {
  ...{ tasks: 1, deliveries: 1, redeliveries: 0, duplicates: 0, neverDone: 0 },
  ...{ waitMeanMs: 20, waitP95Ms: 20, doneMeanMs: 400, doneP95Ms: 400 },
};

/** What operators ask and do, by action. */
export const FOR_OPERATORS: Readonly<Record<string, Described>> = {
  rewind: {
    summary: 'Deliver tasks again',
    description:
      'All tasks above `last` wait again, acked or not. A repeat annuls the acks that were made in between.',
    params: rewind.params,
    success: { description: 'They wait again.', schema: { type: 'boolean', const: true } },
    errors: ['InvalidOrRefused'],
    examples: { all: { summary: 'The whole queue.', given: { last: 0 }, answer: true } },
  },
  'audit.replay': {
    summary: 'Rows of the log',
    description:
      'What happened to the queue, row by row. `reveal` opens payloads, so it stands in the body of a POST ' +
      'only: a GET may be repeated by anybody on the way. Of a POST, the other parameters may stand in the ' +
      'query in place of the body.',
    params: AUDIT.replay.params,
    rule: REVEAL_FEW,
    success: { description: 'The rows.', schema: schemaNamed('Replay') },
    errors: LOOKING,
    examples: {
      fetches: {
        summary: 'Who got task 1, and when.',
        given: { task: 1, type: 'Fetched', limit: 1 },
        answer: {
          events: [
            {
              ...{ at: '2026-01-01T00:00:00.000Z', epoch: 1, version: 3, task: 1, type: 'Fetched' },
              ...{ v: 1, leaseId: '1.1.3', workerId: 'worker-1', fetchedAt: AT },
              ...{ leaseUntil: AT + 60_000, keyId: null, eventId: EVENT_ID },
            },
          ],
          isCut: false,
          ...READ,
        },
      },
    },
  },
  'audit.explain': {
    summary: 'The story of a task',
    description: 'What happened to one task, in words, with the row of the log that says each.',
    params: AUDIT.explain.params,
    success: { description: 'The story.', schema: schemaNamed('Explanation') },
    errors: LOOKING,
    examples: {
      waiting: {
        summary: 'A task that nobody has fetched.',
        given: { task: 1 },
        answer: {
          task: 1,
          statements: [{ at: AT, from: '1.1', type: 'Added', text: 'Task 1 was added.' }],
          ...{ status: 'waiting', deliveries: 0, conclusion: 'It waits and was never delivered.' },
          ...READ,
        },
      },
    },
  },
  'audit.state': {
    summary: 'The queue as it was',
    description: 'Counts and leases at a time, folded from the log.',
    params: AUDIT.state.params,
    success: { description: 'The counts and leases.', schema: schemaNamed('QueueState') },
    errors: LOOKING,
    examples: {
      before: {
        summary: 'Before anything was added.',
        given: { at: '2020-01-01T12:00:00Z' },
        answer: {
          ...{ at: 1_577_880_000_000, tasks: 0, waiting: 0, returned: 0, acked: 0 },
          ...{ leased: 0, ranOut: 0, leases: [] },
          ...READ,
        },
      },
    },
  },
  'audit.whatIf': {
    summary: 'Another time to recover',
    description:
      'How often tasks would have been delivered, and how long they would have taken, had `timeToRecover` ' +
      'been another.',
    params: AUDIT.whatIf.params,
    success: { description: 'Beside what was recorded.', schema: schemaNamed('Comparison') },
    errors: LOOKING,
    examples: {
      minute: {
        summary: 'Had it been a minute.',
        given: { timeToRecover: 60_000 },
        answer: {
          ...{ recorded: ONE_TASK, whatIf: ONE_TASK, timeToRecoverMs: 60_000 },
          assumed: { workMedianMs: 380, pickUpMedianMs: 0 },
          ...READ,
        },
      },
    },
  },
  'audit.verify': {
    summary: 'Was the log changed?',
    description:
      'Compares closed segments with their seals, which are signed. `findings` is empty if nothing was ' +
      'changed; `unclear` says why that cannot be told.',
    params: AUDIT.verify.params,
    success: { description: 'What became of each segment.', schema: schemaNamed('SealsReport') },
    errors: LOOKING,
    examples: {
      unsealed: {
        summary: 'A service without seals.',
        given: {},
        answer: {
          ...{ seals: 0, newest: null, verified: [], dropped: [], reopened: [], unsealed: [] },
          ...{ findings: [], unclear: ['Nothing of this queue is sealed.'] },
        },
      },
    },
  },
  'projection.verify': {
    summary: 'Compare the projection with the log',
    description:
      'Names each difference. `repair` builds the projection anew if it differs, so it stands in the body of a ' +
      'POST only.',
    params: PROJECTION.verify.params,
    success: {
      description: 'How the projection stands to the log.',
      schema: schemaNamed('ProjectionReport'),
    },
    errors: LOOKING,
    examples: {
      equal: {
        summary: 'As it should be.',
        given: {},
        answer: {
          ...{ outcome: 'equal', differences: [], count: 0, benign: [], unsettled: 0, tasks: 1 },
          ...{ looks: 1, unreadable: [], isRepaired: false },
        },
      },
      repair: {
        summary: 'Repaired, if need be.',
        given: { repair: true },
        answer: {
          ...{ outcome: 'equal', differences: [], count: 0, benign: [], unsettled: 0, tasks: 1 },
          ...{ looks: 1, unreadable: [], isRepaired: false },
        },
      },
    },
  },
  'projection.rebuild': {
    summary: 'Build the projection anew',
    description:
      'From the log, while nodes use it. Calls of the queue meanwhile get `Rebuilding` or wait.',
    params: PROJECTION.rebuild.params,
    success: { description: 'It was built anew.', schema: schemaNamed('Rebuilt') },
    errors: LOOKING,
    examples: {
      rebuilt: { summary: 'The queue is in its next epoch.', given: {}, answer: { epoch: 2 } },
    },
  },
};
