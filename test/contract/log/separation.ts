import { randomUUID } from 'node:crypto';
import { QueueError } from '../../../src/domain';
import { closed, epoch, queueOf, rowOf, segment } from '../../support/rows';
import { append, claimSegments, headOf, raise, readAll, rewind, scanned } from './arrange';
import type { Subject } from './subject';

/** Names that some way of joining, trimming, folding or cutting would take for one another. */
const lookAlikes = (prefix: string): [owner: string, service: string][] => [
  [`${prefix}a:b`, 'c'],
  [`${prefix}a`, 'b:c'],
  [`${prefix}a`, 'b'],
  [`${prefix}b`, 'a'],
  [`${prefix}A`, 'b'],
  [`${prefix}a `, 'b'],
  [`${prefix}a`, ' b'],
  [`${prefix}a\0`, 'b'],
  [`${prefix}1`, '2'],
  [`${prefix}01`, '2'],
  [`${prefix}1`, '02'],
  [`${prefix}a'; --`, '"b"'],
  [`${prefix}%`, '_'],
  // The same letter as one code point and as two.
  [`${prefix}\u00e9`, 'x'],
  [`${prefix}e\u0301`, 'x'],
  [`${prefix}ß`, 'x'],
  [`${prefix}ss`, 'x'],
  [`${prefix}日本`, '語'],
  [`${prefix}日`, '本語'],
  [`${prefix}😀`, '😁'],
  [`${prefix}😁`, '😀'],
  // 256 bytes each, and others that differ in the last byte or character.
  [`${prefix}${'n'.repeat(252)}`, 's'.repeat(256)],
  [`${prefix}${'n'.repeat(252)}`, `${'s'.repeat(255)}t`],
  [`${prefix}${'n'.repeat(251)}m`, 's'.repeat(256)],
  [`${prefix}${'ü'.repeat(126)}`, 'ü'.repeat(128)],
  [`${prefix}${'ü'.repeat(126)}`, `${'ü'.repeat(127)}ö`],
];

export function separation(subject: Subject): void {
  it('are kept apart, however alike their names', async () => {
    const { log } = subject;
    const names = lookAlikes(randomUUID().slice(0, 4));
    const queues = names.map(([owner, service]) => queueOf(owner, service));
    for (const queue of queues) expect(await log.head(queue)).toBeNull();
    for (const [n, queue] of queues.entries()) {
      const settings = { segmentSize: 8 + n, raisedBy: `creator ${String(n)}` };
      expect((await log.createQueue(queue, settings)).applied).toBe(true);
      await append(log, queue, [rowOf(1, { payload: Buffer.from(`value of ${String(n)}`) })]);
    }
    for (const [n, queue] of queues.entries()) {
      expect((await headOf(log, queue)).raisedBy).toBe(`creator ${String(n)}`);
      const rows = await readAll(log, queue);
      expect(rows.map(({ payload }) => payload?.toString())).toEqual([`value of ${String(n)}`]);
      expect(await scanned(log, queue, segment(1))).toHaveLength(1);
    }
  });

  it('do not move each other’s epoch, claims, segments or rewinds', async () => {
    const { log } = subject;
    const owner = randomUUID();
    const [mine, other] = [queueOf(owner, 'mine'), queueOf(owner, 'other')];
    for (const queue of [mine, other]) {
      await log.createQueue(queue, { segmentSize: 8, raisedBy: 'creator' });
      await append(log, queue, [rowOf(1)]);
    }
    const before = [await log.head(other), await log.segments(other), await readAll(log, other)];
    await claimSegments(log, mine, 3);
    await raise(log, mine);
    await rewind(log, mine, 0);
    await log.closeSegment(mine, epoch(3), segment(1), closed(1));
    await log.dropSegment(mine, epoch(3), segment(1));
    const after = [await log.head(other), await log.segments(other), await readAll(log, other)];
    expect(after).toEqual(before);
    expect(await log.rewinds(other)).toEqual([]);
    expect(await log.confirm(other, epoch(1))).toEqual({ type: 'confirmed' });
  });

  it('are not mixed if their names are no Unicode: refused, or kept apart', async () => {
    const { log } = subject;
    const prefix = randomUUID();
    const [high, low] = [queueOf(`${prefix}\ud800`, 's'), queueOf(`${prefix}\udc00`, 's')];
    const settings = { segmentSize: 8, raisedBy: 'creator' };
    const refused = await log.createQueue(high, settings).then(
      () => false,
      (error: unknown) => error instanceof QueueError,
    );
    if (!refused) expect(await log.head(high)).not.toBeNull();
    expect(await log.head(low)).toBeNull();
    expect(await log.head(queueOf(`${prefix}\ufffd`, 's'))).toBeNull();
  });
}
