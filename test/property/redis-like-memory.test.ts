import fc from 'fast-check';
import type { Epoch, Projection } from '../../src/domain';
import { memoryProjection } from '../../src/projections/memory/memoryProjection';
import { redisProjection } from '../../src/projections/redis/redisProjection';
import { contentsOf } from '../contract/projection/contents';
import { OpenQueue, SEGMENT_SIZE, segmentsUpTo, stateOf } from '../contract/projection/openQueue';
import type { Step } from '../contract/projection/randomSteps';
import { operationOf, steps } from '../contract/projection/randomSteps';
import { Reference } from '../contract/projection/reference';
import { clientOf, PREFIX, queueNamed } from '../support/redisQueue';
import { describeOnServers, shared } from '../support/servers';

const RUNS = process.env['LONG'] ? 5000 : 500;
const STEPS_MAX = 25;

describeOnServers('the same operations on Redis and in this process', () => {
  let server: { readonly url: string };
  let redis: Projection;
  let offsetMs = 0;
  /** The clock in this process is set so that its lease clock says what that of Redis says. */
  let time = 0;
  const memory = memoryProjection({ clock: () => time }, new Map());
  let queues = 0;

  beforeAll(async () => {
    server = await shared('redis');
    redis = redisProjection(await clientOf(server.url), {
      prefix: `${PREFIX}:${String(process.pid)}`,
      offsetMs: () => offsetMs,
    });
  });
  afterAll(async () => {
    await redis.close();
  });

  it(
    'have the same replies and leave the same behind',
    async () => {
      const holds = fc.asyncProperty(steps, async (taken) => {
        const id = queueNamed(`like memory ${String(++queues)}`);
        const on = {
          redis: new OpenQueue(redis, id, 1 as Epoch),
          memory: new OpenQueue(memory, id, 1 as Epoch),
        };
        const reference = new Reference(SEGMENT_SIZE);
        const open = async (state = stateOf()): Promise<void> => {
          expect(await on.redis.restore(state)).toBe('opened');
          time = (await on.redis.snapshot()).clock;
          expect(await on.memory.restore(state)).toBe('opened');
          reference.restored(await on.redis.snapshot());
        };
        const take = async (step: Step): Promise<void> => {
          switch (step.type) {
            case 'round': {
              const operations = step.wishes.map((wish) => operationOf(wish, reference));
              const round = await on.redis.round(...operations);
              time += round.now - (await on.memory.snapshot()).clock;
              expect(await on.memory.round(...operations)).toEqual(round);
              reference.round(operations, round);
              return;
            }
            case 'pass':
              offsetMs += step.ms;
              reference.pass(step.ms);
              return;
            case 'rewind': {
              const last = step.pick % (reference.allocated + 1);
              const above = segmentsUpTo(reference.claimedTo).filter(
                (n) => n * SEGMENT_SIZE > last,
              );
              const rewound = await on.redis.tryRewind(last, above);
              expect(await on.memory.tryRewind(last, above)).toBe(rewound);
              if (rewound === 'opened') reference.rewound(on.redis.epoch, last);
              return;
            }
            case 'reopen':
              await open({
                ...(await on.redis.snapshot()),
                epoch: (on.redis.epoch + 1) as Epoch,
                version: 0,
              });
          }
        };
        await open();
        for (const step of taken.slice(0, STEPS_MAX)) {
          await take(step);
          expect(contentsOf(await on.memory.snapshot())).toEqual(
            contentsOf(await on.redis.snapshot()),
          );
        }
      });
      await fc.assert(holds, { numRuns: RUNS });
    },
    RUNS * 500,
  );
});
