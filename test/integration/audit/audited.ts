import { composeEmbedded, type Composition } from '../../../src/compose';
import type { LeaseId, QueueId, WorkerId } from '../../../src/domain';
import { queueOf } from '../../support/rows';
import { until } from '../../support/until';

export const AUDITED = queueOf('acme', 'mailer');

/** What a queue that is to be audited goes through; times are told by `at`. */
export interface Audited {
  readonly lost: LeaseId;
  readonly beforeAcks: number;
}

/** Four tasks: one acked, one whose lease ran out (its ack refused), two that wait; then a rewind to 3. */
export async function befall({ queue }: Composition, id: QueueId = AUDITED): Promise<Audited> {
  const fetch = (worker: string, timeToRecoverMs = 60_000) =>
    queue.fetch(id, { workerId: worker as WorkerId, timeToRecoverMs, recoverBy: 'lease' });
  const ack = (worker: string, leaseId?: LeaseId, result?: unknown) =>
    queue.ack(id, {
      workerId: worker as WorkerId,
      completed: () => Promise.resolve(),
      ...(leaseId === undefined ? {} : { leaseId }),
      ...(result === undefined ? {} : { result }),
    });
  for (const to of ['ann', 'bob', 'cid', 'dan']) await queue.add(id, { value: { to } });
  const first = await fetch('slow', 500);
  await new Promise((resolve) => setTimeout(resolve, 600));
  const second = await fetch('quick');
  const beforeAcks = Date.now();
  await new Promise((resolve) => setTimeout(resolve, 20));
  if (!first || first.index !== second?.index) throw new Error('the lease did not run out');
  expect(await ack('quick', second.leaseId, 'sent')).toBe(true);
  expect(await ack('slow', first.leaseId)).toBe(false);
  expect(await ack('slow', first.leaseId)).toBe(false);
  return { lost: first.leaseId, beforeAcks };
}

/** Task and type of its rows, by task. */
export const REPLAYED = [
  [1, 'Refused'],
  [null, 'Rewound'],
  [1, 'Added'],
  [1, 'Fetched'],
  [1, 'Recovered'],
  [1, 'Fetched'],
  [1, 'Acked'],
  [2, 'Added'],
  [3, 'Added'],
  [4, 'Added'],
];

/** A line of replay --json. */
export interface Line {
  readonly epoch: number;
  readonly version: number;
  readonly task: number | null;
  readonly type: string;
  readonly by?: string;
  readonly query?: string;
  readonly revealed?: unknown;
}

/** In a folder of its own, closed again. */
export async function auditedFolder(dataDir: string): Promise<Audited> {
  const composition = await composeEmbedded({ dataDir, keys: 'keyring' });
  try {
    const audited = await befall(composition);
    await composition.queue.rewind(AUDITED, 3);
    return audited;
  } finally {
    await composition.close();
  }
}

/** Once the refused ack is recorded, which happens beside the calls. */
export const refusalIsRecorded = ({ audit }: Composition, id: QueueId = AUDITED) =>
  until(async () => {
    const story = await (await audit.of(id))?.explain(1, () => undefined);
    return story?.statements.some(({ type }) => type === 'Refused') ?? false;
  });
