import { setTimeout as wait } from 'node:timers/promises';
import { composeServers, masterKeys } from '../../../src';
import type { OwnerId, QueueId, ServiceId } from '../../../src/domain';
import { openCassandraLog } from '../../../src/log/cassandra';
import { HistoryFile } from '../../support/checker/files';
import type { LogLine, Source } from '../../support/checker';
import type { Queue } from './calls';
import { Calls, nowUs } from './calls';
import type { WorkerOf } from './queues';
import type { Stage } from './stage';
import { Caller } from './wire';

const DRAINERS_OF_QUEUE = 16;
/** Of these, 16 s go to what an add may leave behind: its budget, and the sweeps after it. */
const WITHIN_MS = 90_000;
const TTR_MS = 60_000;
const PAUSE_MS = 100;

const idOf = ({ ownerId, serviceId }: Queue): QueueId => ({
  ownerId: ownerId as OwnerId,
  serviceId: serviceId as ServiceId,
});

/**
 * The workers come back for what they held, others take the rest, through a node that has seen nothing,
 * until nothing waits, is leased or pending. Answers the history of that.
 */
export async function drain(
  stage: Stage,
  queues: readonly Queue[],
  workers: readonly WorkerOf[],
): Promise<string> {
  const healed = nowUs();
  const history = new HistoryFile(`${stage.folder}/drain.jsonl`);
  await Promise.all(stage.nodes.map((node) => node.kill()));
  await stage.aside.flushall();
  await stage.freshNode.start();
  const caller = new Caller(stage.freshNode.socket);
  const calls = new Calls(history, () => caller);
  const isLate = (): boolean => nowUs() - healed > WITHIN_MS * 1000;

  const takeAll = async ({ queue, worker }: WorkerOf): Promise<void> => {
    while (!isLate()) {
      const task = await calls.fetch(queue, worker, TTR_MS);
      if (task === null) return;
      if (task === 'failed') await wait(PAUSE_MS);
      else
        while ((await calls.ack(queue, worker, task)) === 'failed' && !isLate())
          await wait(PAUSE_MS);
    }
  };
  const isEmpty = async (queue: Queue): Promise<boolean> => {
    const info = await calls.info(queue);
    return info !== null && info['waiting'] === 0 && info['leased'] === 0 && info['pending'] === 0;
  };
  const drainers = queues.flatMap((queue) =>
    Array.from({ length: DRAINERS_OF_QUEUE }, (_, i) => ({
      queue,
      worker: `drainer-${String(i)}`,
    })),
  );
  await Promise.all(workers.map(takeAll));
  for (;;) {
    await Promise.all(drainers.map(takeAll));
    if ((await Promise.all(queues.map(isEmpty))).every(Boolean) || isLate()) break;
    await wait(PAUSE_MS);
  }
  const how = { withinMs: WITHIN_MS, redis: 'flushed', service: 'fresh' } as const;
  history.write({ op: 'drain', healed, end: nowUs(), ...how });

  const { upkeep, close } = await composeServers({ ...stage.servers, keys: masterKeys([NO_KEY]) });
  for (const queue of queues) {
    const info = (await calls.info(queue)) ?? {};
    const { outcome, count } = await upkeep.verify(idOf(queue));
    history.write({
      ...{ op: 'projection', queue: `${queue.ownerId}/${queue.serviceId}` },
      ...{ waiting: info['waiting'] ?? NaN, leased: info['leased'] ?? NaN },
      differences: outcome === 'equal' ? 0 : Math.max(1, count),
    });
  }
  await close();
  caller.close();
  await history.close();
  await stage.freshNode.kill();
  return history.path;
}

/** Nothing is opened: only whether log and projection are equal is asked. */
const NO_KEY = { id: 'none', key: Buffer.alloc(32).toString('base64') };

/** All that the log holds of the queues, read as it is judged. */
export const logSource = (stage: Stage, queues: readonly Queue[]): Source => ({
  name: 'log',
  lines: {
    async *[Symbol.asyncIterator]() {
      const log = await openCassandraLog(stage.servers.cassandra);
      const line = (record: LogLine): string => JSON.stringify(record);
      for (const each of queues) {
        const queue = `${each.ownerId}/${each.serviceId}`;
        const id = idOf(each);
        const size = (await log.head(id))?.segmentSize ?? 1;
        const segments = await log.segments(id);
        for (const { segment, status } of segments) {
          if (status === 'open') continue;
          yield line({ op: 'closed', queue, from: (segment - 1) * size + 1, to: segment * size });
        }
        for (const { segment } of segments) {
          for await (const rows of log.scan(id, segment)) {
            for (const { index, epoch, version, event } of rows) {
              const row = { op: 'row', queue, index, epoch, version, type: event.type } as const;
              yield line({
                ...row,
                ...('leaseId' in event ? { lease: event.leaseId } : {}),
                ...('workerId' in event ? { worker: event.workerId } : {}),
                ...('fetchedAt' in event ? { at: event.fetchedAt, until: event.leaseUntil } : {}),
              });
            }
          }
        }
      }
      await log.close();
      yield line({ op: 'end' });
    },
  },
});
