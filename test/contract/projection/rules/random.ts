import assert from 'node:assert/strict';
import fc from 'fast-check';
import type { Epoch, QueueState } from '../../../../src/domain';
import { checkInvariants, contentsOf } from '../contents';
import type { OpenQueue } from '../openQueue';
import { SEGMENT_SIZE, segmentsUpTo, stateOf } from '../openQueue';
import type { Given } from '../projectionUnderTest';
import type { Step } from '../randomSteps';
import { operationOf, steps } from '../randomSteps';
import { Reference } from '../reference';

const RUNS = process.env['LONG'] ? 2000 : 150;
/** On a real server a round takes a while. */
const TIMEOUT_MS = RUNS * 500;

export function random({ server, projection, queue }: Given): void {
  const take = async (open: OpenQueue, reference: Reference, step: Step): Promise<void> => {
    switch (step.type) {
      case 'round': {
        const operations = step.wishes.map((wish) => operationOf(wish, reference));
        reference.round(operations, await open.round(...operations));
        return;
      }
      case 'pass':
        await (step.ms > 0 ? server().advance(step.ms) : server().jumpBack(-step.ms));
        reference.pass(step.ms);
        return;
      case 'rewind': {
        const last = step.pick % (reference.allocated + 1);
        const above = segmentsUpTo(reference.claimedTo).filter((n) => n * SEGMENT_SIZE > last);
        const expected = above.every((n) => reference.known.has(n)) ? 'opened' : 'stale';
        assert.equal(await open.tryRewind(last, above), expected);
        if (expected === 'opened') reference.rewound(open.epoch, last);
        return;
      }
      case 'reopen':
        reference.restored(await reopen(open));
    }
  };

  /** What a snapshot says can be restored, in the next epoch, and the snapshot of that says the same. */
  const reopen = async (open: OpenQueue): Promise<QueueState> => {
    const state = await open.snapshot();
    const next = { ...state, epoch: (open.epoch + 1) as Epoch, version: 0 };
    const { now } = await projection().identity(open.id);
    expect(await open.restore(next)).toBe('opened');
    const again = await open.snapshot();
    expect(again.clock).toBeGreaterThanOrEqual(Math.max(now, state.clock));
    assert.deepEqual(contentsOf({ ...again, clock: 0 }), contentsOf({ ...next, clock: 0 }));
    return again;
  };

  const checkHeld = (state: QueueState, reference: Reference): void => {
    const { known, pending, gaps, returned, leases } = reference;
    const { epoch, version, claimedTo, allocated, published, fetched, tokens } = reference;
    const ascending = (a: number, b: number): number => a - b;
    const { clock: _, segmentSize: __, ...held } = contentsOf(state);
    assert.deepEqual(held, {
      ...{ epoch, version, claimedTo, allocated, published, fetched, tokens },
      known: [...known].sort(ascending),
      pending: [...pending]
        .map(([index, since]) => ({ index, since }))
        .sort((a, b) => a.index - b.index),
      gaps: [...gaps].sort(ascending),
      returned: [...returned].sort(ascending),
      leases: [...leases].sort((a, b) => a.index - b.index),
    });
  };

  it(
    'are answered as the rules say, and keep what must hold',
    async () => {
      const holds = fc.asyncProperty(steps, async (taken) => {
        const open = await queue();
        const reference = new Reference(SEGMENT_SIZE);
        reference.restored({ ...stateOf(), clock: (await open.snapshot()).clock });
        for (const step of taken) {
          await take(open, reference, step);
          const state = await open.snapshot();
          checkInvariants(state);
          checkHeld(state, reference);
        }
      });
      await fc.assert(holds, { numRuns: RUNS });
    },
    TIMEOUT_MS,
  );

  it(
    'never reserve an index twice, nor give a version twice in an epoch',
    async () => {
      const holds = fc.asyncProperty(steps, async (taken) => {
        const open = await queue();
        const reference = new Reference(SEGMENT_SIZE);
        reference.restored({ ...stateOf(), clock: (await open.snapshot()).clock });
        const indices = new Set<number>();
        let last = { epoch: 1, version: 0 };
        const decided = (version: number): void => {
          if (last.epoch === open.epoch) expect(version).toBe(last.version + 1);
          last = { epoch: open.epoch, version };
        };
        for (const step of taken) {
          if (step.type !== 'round') {
            await take(open, reference, step);
            continue;
          }
          const operations = step.wishes.map((wish) => operationOf(wish, reference));
          const round = await open.round(...operations);
          reference.round(operations, round);
          for (const reply of round.replies as readonly unknown[]) {
            for (const one of Array.isArray(reply) ? reply : [reply]) {
              const { recovered, version, lease, index } = (one ?? {}) as Record<string, unknown>;
              if (recovered !== undefined) decided(recovered as number);
              if (version !== undefined) decided(version as number);
              if (lease !== undefined || index === undefined) continue;
              assert.ok(!indices.has(index as number));
              indices.add(index as number);
            }
          }
        }
      });
      await fc.assert(holds, { numRuns: Math.ceil(RUNS / 3) });
    },
    TIMEOUT_MS,
  );
}
