import { ack } from '../actions/ack';
import { add } from '../actions/add';
import { fetch } from '../actions/fetch';
import { info } from '../actions/info';
import type { Described } from './described';
import { OF_A_TASK } from './headers';
import { schemaNamed } from './schemas';

const FETCHED_AT = 1_767_225_600_000;
const LEASE = { fetchedAt: FETCHED_AT, leaseUntil: FETCHED_AT + 30_000 };
const VALUE = { to: 'ann@example.org' };

/** What workers and those who add tasks do, by action. */
export const FOR_WORKERS: Readonly<Record<string, Described>> = {
  add: {
    summary: 'Add a task',
    description:
      'Answers `true` once the task is in the log: then it is not lost. After `OutcomeUnknown` a repeat ' +
      'may add the task twice.',
    params: add.params,
    success: {
      description: 'The task is in the log.',
      schema: { type: 'boolean', const: true },
    },
    examples: {
      value: { summary: 'Any JSON is a value.', given: { value: VALUE }, answer: true },
      token: {
        summary: 'With a token for whoever waits for the task.',
        given: { value: VALUE, token: { process: 'order-7' } },
        answer: true,
      },
    },
  },
  fetch: {
    summary: 'Fetch a task',
    description:
      'Leases the next task to a worker for `timeToRecover` milliseconds, 60,000 if it is left out. A worker ' +
      'that holds a task gets the same one until it acks or the lease runs out. The lease is in the headers, ' +
      'so that a task whose value is `null` is told from none, which is 204. Of a POST, parameters may stand ' +
      'in the query in place of the body.',
    params: {
      ...fetch.params,
      schemas: {
        ...fetch.params.schemas,
        timeToRecover: { ...fetch.params.schemas['timeToRecover'], default: 60_000 },
      },
    },
    success: {
      description:
        'The value of the task, whatever JSON it is; with `details` the task with its lease.',
      schema: {
        anyOf: [schemaNamed('FetchedTask'), { description: 'The value, as add was given it.' }],
      },
      headers: OF_A_TASK,
    },
    empty: { 204: 'There is no task for this worker.' },
    examples: {
      value: {
        summary: 'The value alone.',
        given: { workerId: 'worker-1' },
        answer: VALUE,
      },
      details: {
        summary: 'The task with its lease.',
        given: { workerId: 'worker-1', timeToRecover: 30_000, details: true },
        answer: { value: VALUE, index: 1, leaseId: '1.1.3', ...LEASE, deliveries: 1 },
      },
    },
  },
  ack: {
    summary: 'Confirm a task',
    description:
      'The task is done, or failed for good: it is not delivered again, but for a rewind. Give the `leaseId`; ' +
      'without it the task is meant that the worker holds now. It can be repeated safely.',
    params: ack.params,
    success: {
      description: '`false`: the worker holds nothing, or not that lease.',
      schema: { type: 'boolean' },
    },
    errors: ['UnavailableOrActivity'],
    examples: {
      done: {
        summary: 'The task is done.',
        given: { workerId: 'worker-1', leaseId: '1.1.3', result: 'sent' },
        answer: true,
      },
      failed: {
        summary: 'The task cannot be done.',
        given: { workerId: 'worker-1', leaseId: '1.1.3', error: { reason: 'no such address' } },
        answer: true,
      },
      late: {
        summary: 'Not the lease that the worker holds.',
        given: { workerId: 'worker-1', leaseId: '1.1.99' },
        answer: false,
      },
    },
  },
  info: {
    summary: 'Counts of a queue',
    description: 'How many tasks wait, and who has which. Of a queue that is not there all are 0.',
    params: {
      ...info.params,
      schemas: {
        ...info.params.schemas,
        workerId: {
          ...info.params.schemas['workerId'],
          deprecated: true,
          description: 'Has no meaning; older workers send it.',
        },
      },
    },
    success: { description: 'The counts.', schema: schemaNamed('QueueInfo') },
    examples: {
      leased: {
        summary: 'One task, which is with a worker.',
        given: {},
        answer: {
          ...{ INDEX: '1', FETCHED: '1', waiting: 0, leased: 1, returned: 0, pending: 0, gaps: 0 },
          unacknowledged: [{ workerId: 'worker-1', index: 1, ...LEASE }],
        },
      },
    },
  },
};
