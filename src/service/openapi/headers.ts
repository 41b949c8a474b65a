import { leaseId } from './schemas';
import type { Header, Reference } from './types';

/** The headers of answers, by the names under which the document keeps them. */
export const HEADERS = {
  CacheControl: {
    description: 'no-store: the answer is for one caller.',
    required: true,
    schema: { type: 'string', const: 'no-store' },
  },
  RequestId: {
    description:
      'X-Request-ID of the request, if it is 1 to 64 of A-Z a-z 0-9 _ . : -, else a new one.',
    required: false,
    schema: { type: 'string', pattern: '^[\\w.:-]+$' },
  },
  RetryAfter: {
    description: 'Seconds after which to come again, where that is known.',
    required: false,
    schema: { type: 'integer', minimum: 1 },
  },
  Challenge: {
    description: 'How to say who you are.',
    required: true,
    schema: { type: 'string', const: 'Bearer' },
  },
  TaskIndex: {
    description: 'Number of the task in its queue, from 1.',
    required: true,
    schema: { type: 'integer', minimum: 1 },
  },
  LeaseId: {
    description: 'The lease: give it to ack.',
    required: true,
    schema: leaseId('The lease.'),
  },
  LeaseUntil: {
    description: 'When the lease runs out, ISO 8601 in UTC.',
    required: true,
    schema: { type: 'string', format: 'date-time' },
  },
  Deliveries: {
    description: 'How often the task was delivered, this time included.',
    required: true,
    schema: { type: 'integer', minimum: 1 },
  },
  ETag: {
    description: 'Changes when the document does. Send it as If-None-Match.',
    required: true,
    schema: { type: 'string', pattern: '^"[\\w-]+"$' },
  },
  Revalidated: {
    description: 'May be kept, by anybody, and is asked for again with its ETag.',
    required: true,
    schema: { type: 'string', const: 'public, no-cache' },
  },
} satisfies Readonly<Record<string, Header>>;

const headerNamed = (name: keyof typeof HEADERS): Reference => ({
  $ref: `#/components/headers/${name}`,
});

type Headers = Readonly<Record<string, Reference>>;

/** With every answer that is for one caller. */
export const OF_ALL: Headers = {
  'Cache-Control': headerNamed('CacheControl'),
  'X-Request-ID': headerNamed('RequestId'),
};

export const OF_RETRYABLE: Headers = { ...OF_ALL, 'Retry-After': headerNamed('RetryAfter') };

export const OF_NOBODY: Headers = { ...OF_ALL, 'WWW-Authenticate': headerNamed('Challenge') };

export const OF_A_TASK: Headers = {
  ...OF_ALL,
  'X-Task-Index': headerNamed('TaskIndex'),
  'X-Lease-Id': headerNamed('LeaseId'),
  'X-Lease-Until': headerNamed('LeaseUntil'),
  'X-Deliveries': headerNamed('Deliveries'),
};

export const OF_THE_DOCUMENT: Headers = {
  'Cache-Control': headerNamed('Revalidated'),
  ETag: headerNamed('ETag'),
  'X-Request-ID': headerNamed('RequestId'),
};
