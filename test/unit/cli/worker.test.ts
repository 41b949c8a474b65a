import { setTimeout as wait } from 'node:timers/promises';
import type { Delivery, GatewayClient } from '../../../src/cli/client/gatewayClient';
import { GatewayFailed } from '../../../src/cli/client/gatewayClient';
import { outcomeOf } from '../../../src/cli/worker/outcome';
import type { Done, SlotOptions } from '../../../src/cli/worker/slot';
import { runSlot } from '../../../src/cli/worker/slot';

/** A slot of the worker against a gateway that fails as it is told; the programs are real. */

const delivery = (index: number, more: Partial<Delivery> = {}): Delivery => ({
  ...{ value: null, index, leaseId: `${String(index)}.1.1`, deliveries: 1 },
  ...{ fetchedAt: 0, leaseUntil: 60_000 },
  ...more,
});

type Fetch = GatewayClient['fetch'];
type Ack = GatewayClient['ack'];

/** Runs until the fetches are used up. */
async function run(
  fetches: readonly (Delivery | Error | (() => Promise<Delivery>))[],
  more: Partial<SlotOptions> = {},
  acks: Ack = async () => true,
) {
  const ending = new AbortController();
  const left = [...fetches];
  const workers: string[] = [];
  const done: Done[] = [];
  const said: string[] = [];
  const acked: Parameters<Ack>[0][] = [];
  const fetch: Fetch = async ({ workerId }) => {
    workers.push(workerId);
    const next = left.shift();
    if (left.length === 0) ending.abort();
    if (next instanceof Error) throw next;
    return typeof next === 'function' ? next() : (next ?? null);
  };
  await runSlot({
    client: {
      add: async () => undefined,
      fetch,
      ack: async (request) => {
        acked.push(request);
        return acks(request);
      },
    },
    ...{ service: 's', command: ['true'], workerId: 'w', timeToRecoverMs: 60_000 },
    ...{ emptyPauseMaxMs: 10, resultBytesMax: 100, acksErrors: true, ending: ending.signal },
    done: (each) => done.push(each),
    say: (line) => said.push(line),
    ...more,
  });
  return { workers, done, said, acked };
}

const away = new GatewayFailed('away', true);

test('a fetch that was not answered is repeated in the same name, and the lease counted from the first', async () => {
  const lost = async () => {
    await wait(600);
    throw away;
  };
  // It is killed 1,800 ms after the first; counted from the second, it would have 2,400.
  const fetches = [lost, delivery(1, { leaseUntil: 2000 })];
  const { workers, done } = await run(fetches, { command: ['sleep', '1.3'] });
  expect(workers).toEqual(['w', 'w']);
  expect(done).toMatchObject([{ outcome: 'left', exitCode: null }]);
});

test('an answer that comes after the lease is not worked on, and the lease left to its name', async () => {
  const late = async () => {
    await wait(100);
    return delivery(1, { leaseUntil: 50 });
  };
  const { workers, done, acked } = await run([late, delivery(2)]);
  expect(workers).toEqual(['w', 'w.1']);
  expect(done).toMatchObject([{ task: 2, outcome: 'acked' }]);
  expect(acked).toMatchObject([{ workerId: 'w.1' }]);
});

test('after half a lease without an answer it asks in another name', async () => {
  const { workers } = await run([away, away, away, away, delivery(1)], { timeToRecoverMs: 200 });
  expect(workers.at(-1)).not.toBe('w');
});

test('a value that does not open is left to its name, and the others go on', async () => {
  const { workers, done, said } = await run([new GatewayFailed('sealed', false, 500), delivery(2)]);
  expect(workers).toEqual(['w', 'w.1']);
  expect(done).toMatchObject([{ task: 2, outcome: 'acked' }]);
  expect(said).toEqual(['sealed']);
});

test('what no repeat can change ends it', async () => {
  await expect(run([new GatewayFailed('no token', false, 401)])).rejects.toThrow('no token');
});

test('an ack is repeated while the gateway does not answer, also after the end was asked for', async () => {
  let tries = 0;
  const acks = async () => {
    tries += 1;
    if (tries < 3) throw away;
    return true;
  };
  const { done, said } = await run([delivery(1)], {}, acks);
  expect(tries).toBe(3);
  expect(done).toMatchObject([{ outcome: 'acked' }]);
  expect(said).toEqual(['away Trying again.']);
});

test('a result that cannot be taken is left out, and the task acked', async () => {
  const acks: Ack = async ({ result }) => {
    if (result !== undefined) throw new GatewayFailed('too deep', false, 422);
    return true;
  };
  const { done, acked } = await run([delivery(1)], { command: ['echo', '[[1]]'] }, acks);
  expect(acked.map(({ result }) => result)).toEqual([[[1]], undefined]);
  expect(done).toMatchObject([{ outcome: 'acked' }]);
});

test('a lease that was lost is told', async () => {
  const { done, said } = await run([delivery(1)], {}, async () => false);
  expect(done).toMatchObject([{ outcome: 'lost' }]);
  expect(said[0]).toMatch(/its lease 1\.1\.1 was lost/);
});

test('more than the bound on stdout: no result, and it is said', async () => {
  const { acked, said } = await run([delivery(1)], { command: ['seq', '1000'] });
  expect(acked[0]).not.toHaveProperty('result');
  expect(said[0]).toMatch(/more than 100 bytes/);
});

test.each([
  ['{"a":1}\n', { result: { a: 1 } }],
  ['done\n', { result: 'done' }],
  ['\n', {}],
])('stdout %j', (stdout, outcome) => {
  const ended = { code: 0, signal: null, isCut: false, stderr: '', isLate: false };
  expect(outcomeOf({ ...ended, stdout })).toEqual(outcome);
});

test('a failure: code and the end of stderr', () => {
  const ended = { code: 3, signal: null, isCut: false, stderr: 'why', isLate: false };
  const error = { exitCode: 3, signal: null, stderr: 'why' };
  expect(outcomeOf({ ...ended, stdout: 'x' })).toEqual({ error });
});
