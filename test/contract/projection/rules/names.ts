import type { Epoch, OwnerId, QueueId, ServiceId } from '../../../../src/domain';
import { OpenQueue, stateOf } from '../openQueue';
import * as op from '../operations';
import type { Given } from '../projectionUnderTest';

/** Names that mean something to a language or a store, or that differ by little. */
const WORKERS = [
  '__proto__',
  'constructor',
  'hasOwnProperty',
  'INDEX',
  'FETCHED',
  'PUBLISHED',
  'version',
  '0',
  '1',
  '-1',
  'w',
  'W',
  ' w',
  'w ',
  'w:1',
  'w\n1',
  'w\u00001',
  '{w}',
  '\u00e9', // é in one code point
  'e\u0301', // and in two
  '😀',
  '日本語',
  'x'.repeat(300),
];

export function names({ projection, queue }: Given): void {
  it('keeps any two workers apart, and names them as they are', async () => {
    const open = await queue();
    await open.add(WORKERS.length);
    for (const [i, worker] of WORKERS.entries()) {
      expect(await open.lease(worker)).toMatchObject({ workerId: worker, index: i + 1 });
    }
    for (const [i, worker] of WORKERS.entries()) {
      expect(await open.ask(op.holding(worker))).toMatchObject({
        lease: { workerId: worker, index: i + 1 },
      });
    }
    const { leases } = await open.snapshot();
    expect(leases.map(({ workerId }) => workerId).sort()).toEqual([...WORKERS].sort());
    await open.round(...WORKERS.map((_, i) => op.settle(i + 1)));
    for (const worker of WORKERS) expect(await open.ask(op.holding(worker))).toBeNull();
  });

  it('no worker holds anything in a queue that nobody used', async () => {
    const open = await queue();
    for (const worker of WORKERS) {
      expect(await open.round(op.holding(worker), op.claim(worker))).toHaveProperty('replies', [
        null,
        null,
      ]);
    }
  });

  it('keeps queues apart, of one owner and of several', async () => {
    const unique = String(Math.random());
    const ids = [
      ['a', 'b:c'],
      ['a:b', 'c'],
      ['a', 'b'],
      ['b', 'a'],
      ['a', '__proto__'],
      ['__proto__', 'a'],
      ['{a}', 'b'],
      ['a', '{b}'],
      ['A', 'B'],
      ['é', '😀'],
    ].map(([owner, service]): QueueId => ({
      ownerId: `${unique}${String(owner)}` as OwnerId,
      serviceId: service as ServiceId,
    }));
    const queues: OpenQueue[] = [];
    for (const [i, id] of ids.entries()) {
      expect(await projection().snapshot(id)).toBeNull();
      const epoch = (i + 1) as Epoch;
      const { identity } = await projection().identity(id);
      expect(await projection().restore(id, identity, stateOf({ epoch }))).toBe('opened');
      queues.push(new OpenQueue(projection(), id, epoch));
    }
    for (const [i, open] of queues.entries()) await open.add(i + 1);
    for (const [i, open] of queues.entries()) {
      expect((await open.snapshot()).published).toBe(i + 1);
      expect(await open.task('w')).toBe(1);
    }
    await projection().shutEpoch(ids[0]!, 1 as Epoch);
    await queues[1]!.rewind(0);
    for (const open of queues.slice(1)) {
      expect(await open.ask(op.holding('w'))).toMatchObject({ lease: { index: 1 } });
    }
  });
}
