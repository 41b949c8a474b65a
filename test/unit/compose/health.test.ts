import { setTimeout as wait } from 'node:timers/promises';
import { healthOf } from '../../../src/compose/health';
import { LogUnavailable } from '../../../src/domain';

const identity = async () => ({ identity: 'i', now: 0, building: null });

test('a part that fails says why; the other is asked all the same', async () => {
  const head = () => Promise.reject(new LogUnavailable('no disk'));
  expect(await healthOf({ head }, { identity }, () => 0)()).toEqual({
    log: { ok: false, reason: 'no disk' },
    projection: { ok: true },
  });
});

test('a part that never answers is not ready', async () => {
  const head = () => new Promise<never>(() => undefined);
  const health = healthOf({ head }, { identity }, () => 0);
  // The answer has a timer of its own, which keeps no process alive.
  const [{ log }] = await Promise.all([health(), wait(2_100)]);
  expect(log).toEqual({ ok: false, reason: 'No answer within 2000 ms' });
});

test('within a second all who ask share one question', async () => {
  let now = 0;
  const head = jest.fn(async () => null);
  const health = healthOf({ head }, { identity }, () => now);
  await Promise.all([health(), health()]);
  now = 999;
  await health();
  expect(head).toHaveBeenCalledTimes(1);
  now = 1_000;
  await health();
  expect(head).toHaveBeenCalledTimes(2);
});
