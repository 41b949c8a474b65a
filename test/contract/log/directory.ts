import { randomUUID } from 'node:crypto';
import type { Log, QueueId } from '../../../src/domain';
import { queueKey } from '../../../src/domain';
import { queueOf } from '../../support/rows';
import type { Subject } from './subject';

const PAGES_MAX = 10_000;

async function pagesOf(
  log: Log,
  max: number,
  between: () => Promise<unknown> = async () => undefined,
): Promise<QueueId[]> {
  const found: QueueId[] = [];
  let after: QueueId | null = null;
  for (let n = 0; n < PAGES_MAX; n++) {
    const page: readonly QueueId[] = await log.queues({ after, max });
    expect(page.length).toBeLessThanOrEqual(max);
    const last = page[page.length - 1];
    if (!last) return found;
    found.push(...page);
    after = last;
    await between();
  }
  throw new Error('The pages do not come to an end');
}

export function directory(subject: Subject): void {
  const create = async (prefix: string, count: number): Promise<QueueId[]> => {
    const queues = Array.from({ length: count }, (_, i) =>
      queueOf(`${prefix} ${String(i % 5)}`, `service ${String(i)} ü😀`),
    );
    for (const queue of queues) {
      await subject.log.createQueue(queue, { segmentSize: 8, raisedBy: 'creator' });
    }
    return queues;
  };
  const keysOf = (queues: readonly QueueId[]): string[] => queues.map(queueKey).sort();

  it.each([1, 7, 1000])('lists every queue once in pages of %i', async (max) => {
    const prefix = randomUUID();
    const queues = await create(prefix, 23);
    const found = await pagesOf(subject.log, max);
    expect(new Set(found.map(queueKey)).size).toBe(found.length);
    const mine = found.filter(({ ownerId }) => ownerId.startsWith(prefix));
    expect(keysOf(mine)).toEqual(keysOf(queues));
  });

  it('gives the same page for the same place', async () => {
    await create(randomUUID(), 6);
    const [first] = await subject.log.queues({ after: null, max: 1 });
    const page = await subject.log.queues({ after: first ?? null, max: 5 });
    expect(page).toHaveLength(5);
    expect(await subject.log.queues({ after: first ?? null, max: 5 })).toEqual(page);
  });

  it('misses none of the queues that were there while others are created', async () => {
    const prefix = randomUUID();
    const queues = await create(prefix, 12);
    let n = 0;
    const found = await pagesOf(subject.log, 10, async () => {
      n += 1;
      if (n <= 3) await create(randomUUID(), 2);
    });
    const mine = found.filter(({ ownerId }) => ownerId.startsWith(prefix));
    expect(keysOf(mine)).toEqual(keysOf(queues));
  });

  it('does not list a queue that was only asked for', async () => {
    const queue = queueOf(randomUUID(), 'service');
    await subject.log.head(queue);
    await subject.log.read(queue, [{ from: 1, to: 1 }]);
    expect((await pagesOf(subject.log, 1000)).map(queueKey)).not.toContain(queueKey(queue));
  });
}
