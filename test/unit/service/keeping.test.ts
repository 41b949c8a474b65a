import { generateKeyPairSync } from 'node:crypto';
import * as E from 'fp-ts/Either';
import { ServiceBroker } from 'moleculer';
import { keepingOf } from '../../../src/cli/keeping';
import { composeEmbedded } from '../../../src/compose';
import type { ComposeOptions } from '../../../src/compose';
import { readConfig, settings } from '../../../src/config';
import { InvalidInput } from '../../../src/domain';
import { settingsOf } from '../../../src/service/options';
import { QueueService } from '../../../src/service/queueService';
import { fakeComposition, FakeWorkQueue } from '../../support/fakeWorkQueue';

/** How retention and seals are turned on. */

const key = generateKeyPairSync('ed25519')
  .privateKey.export({ type: 'pkcs8', format: 'pem' })
  .toString();

const configured = (env: Record<string, string>) => {
  const config = readConfig(settings.KEEPING, { flags: {}, env });
  if (E.isLeft(config)) throw new Error(config.left.join('\n'));
  return keepingOf(config.right.values);
};

test('by the environment; both are off without it', () => {
  expect(configured({})).toEqual({});
  expect(configured({ RETENTION_KEEP_DAYS: '90' })).toEqual({ retention: { keepDays: 90 } });
  expect(configured({ SEALS_AFTER_HOURS: '2' })).toEqual({}); // nothing is sealed without a key
  expect(() => configured({ RETENTION_KEEP_DAYS: '0' })).toThrow('RETENTION_KEEP_DAYS must be');
});

test('by options of the service, which hands them to what composes the queue', async () => {
  let given: ComposeOptions | undefined;
  const compose = async (options: ComposeOptions) => {
    given = options;
    return fakeComposition(new FakeWorkQueue());
  };
  const broker = new ServiceBroker({ logger: false });
  const keeping = { retention: { keepDays: 90 }, seals: { key, afterHours: 2 } };
  broker.createService(QueueService({ compose, ...keeping }));
  await broker.start();
  await broker.stop();
  expect(given).toMatchObject(keeping);
});

test.each([
  { retention: { keepDays: 0 } },
  { retention: { keepDays: 1.5 } },
  { retention: { days: 1 } },
  { seals: { key, afterHours: 0 } },
  { seals: { file: 'x' } },
])('what cannot be meant is refused at once: %#', (options) => {
  expect(() => settingsOf(options as never)).toThrow(InvalidInput);
});

test('a key that cannot seal is refused before anything is opened', async () => {
  const dataDir = '/dev/null/nothing can be made here';
  const composing = composeEmbedded({ dataDir, keys: 'keyring', seals: { key: 'no key' } });
  await expect(composing).rejects.toThrow('private Ed25519 key');
});
