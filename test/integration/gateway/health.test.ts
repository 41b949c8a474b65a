import { FakeWorkQueue, fakeComposition } from '../../support/fakeWorkQueue';
import { containing } from '../../support/matchers';
import type { Health, PartHealth } from '../../../src';
import { TestServer } from './servers';

/** What a probe is told: no token is needed. */
const server = new TestServer();
afterEach(() => server.stop());

const health = async (path: string) => {
  const response = await fetch(`${server.url}/health/${path}`);
  return { status: response.status, json: await response.json() };
};

const OK: PartHealth = { ok: true };
const on = (parts: Partial<Health>) => ({
  compose: async () => ({
    ...fakeComposition(new FakeWorkQueue()),
    health: async () => ({ log: OK, projection: OK, ...parts }),
  }),
});

test('embedded: live and ready, with every part', async () => {
  await server.start();
  expect(await health('live')).toEqual({ status: 200, json: { status: 'live' } });
  expect(await health('ready')).toEqual({
    status: 200,
    json: { status: 'ready', log: OK, projection: OK, keys: OK },
  });
});

test.each(['log', 'projection'])('a %s that does not answer: 503 with the reason', async (part) => {
  const failing: PartHealth = { ok: false, reason: 'gone fishing' };
  await server.start({}, { ...on({ [part]: failing }), keys: 'keyring' });
  expect(await health('ready')).toEqual({
    status: 503,
    json: { status: 'not ready', log: OK, projection: OK, keys: OK, [part]: failing },
  });
  expect(await health('live')).toMatchObject({ status: 200 });
});

test('no key service: 503 that names the setting', async () => {
  await server.start({}, { ...on({}), services: { keys: 'own-keys' } });
  expect(await health('ready')).toEqual({
    status: 503,
    json: {
      status: 'not ready',
      log: OK,
      projection: OK,
      keys: { ok: false, reason: containing("'own-keys.getOek' is not found. (services.keys)") },
    },
  });
});

test('no queue service: 503 with the reason', async () => {
  await server.start({ queueService: 'elsewhere' });
  expect(await health('ready')).toEqual({
    status: 503,
    json: { status: 'not ready', reason: containing('elsewhere.health') },
  });
});
