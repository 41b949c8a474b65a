import { writeSync } from 'node:fs';
import type { QueueError } from '../../../src/domain';
import { openSqliteLog } from '../../../src/log/sqlite';
import { epoch, queueOf, rowsOf } from '../../support/rows';

const SEGMENT_SIZE = 1_000_000;

/** Appends to one queue, `batch` rows at a time, and says which are confirmed, until it fails or dies. */
async function appendTo(service: string, batch: number): Promise<void> {
  const queue = queueOf('owner', service);
  await log.createQueue(queue, { segmentSize: SEGMENT_SIZE, raisedBy: 'child' });
  const held = await log.read(queue, [{ from: 1, to: SEGMENT_SIZE }]);
  for (let first = held.length + 1; ; first += batch) {
    const last = first + batch - 1;
    const [answer] = await log.append(queue, epoch(1), [rowsOf(first, last)]);
    if (answer?.type !== 'confirmed') throw new Error(`not confirmed: ${JSON.stringify(answer)}`);
    // Written at once: a line that waits in this process would die with it.
    writeSync(1, `${service} ${String(last)}\n`);
  }
}

const [, , dataDir = '', ...queues] = process.argv;
const log = openSqliteLog({ dataDir });
Promise.all(queues.map((service, n) => appendTo(service, n + 1))).catch(async (error: unknown) => {
  const { type, retryable } = error as QueueError;
  writeSync(1, `failed ${type} ${String(retryable)}\n`);
  const page = await log.queues({ after: null, max: 10 });
  writeSync(1, `reads ${String(page.length)} queues\n`);
  process.exit(0);
});
