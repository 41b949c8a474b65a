import * as crypto from 'node:crypto';
import fc from 'fast-check';
import * as E from 'fp-ts/Either';
import type { KeySource } from '../../../src/crypto';
import { createVault, KeyGone, KeySourceUnreachable } from '../../../src/crypto';
import type { Field } from '../../../src/crypto/payload';
import { frame, unframe } from '../../../src/crypto/payload';
import { KeyUnavailable, PayloadUnreadable } from '../../../src/domain';
import type { Place } from '../../../src/domain';
import { MemoryKeys, owner, placeOf } from './support';

jest.mock('node:crypto', () => {
  const real = jest.requireActual<typeof crypto>('node:crypto');
  return { ...real, scrypt: jest.fn(real.scrypt), hkdfSync: jest.fn(real.hkdfSync) };
});
const scrypt = jest.mocked(crypto.scrypt);
const hkdf = jest.mocked(crypto.hkdfSync);
beforeEach(() => {
  scrypt.mockClear();
  hkdf.mockClear();
});

const setup = (options: { ownersMax?: number } = {}) => {
  let nowMs = 0;
  const keys = new MemoryKeys();
  const vault = createVault(keys, { ...options, now: () => nowMs });
  return {
    keys,
    vault,
    pass: (ms: number) => (nowMs += ms),
    sealed: async (place: Place, fields: Record<string, Buffer>) => {
      const sealer = await vault.sealer(place.ownerId);
      return { keyId: sealer.keyId, payload: sealer.seal(place, fields) };
    },
  };
};
const fieldsOf = (payload: Buffer): readonly Field[] => {
  const result = unframe(payload);
  if (E.isLeft(result)) throw new Error(result.left);
  return result.right;
};
const fields = { value: Buffer.from('the value'), token: Buffer.from('the token') };

describe('sealing and opening', () => {
  test('each field comes back by itself, at any place', async () => {
    const { vault, sealed } = setup();
    const text = fc.string({ unit: 'binary', maxLength: 12 });
    const places = fc.record({
      ownerId: fc.constantFrom('owner-a', 'owner-b'),
      serviceId: text,
      segment: fc.nat(),
      index: fc.maxSafeNat(),
      type: fc.constantFrom('Added' as const, 'Acked' as const),
      leaseId: text,
    });
    const bytes = fc.uint8Array({ maxLength: 300 }).map((each) => Buffer.from(each));
    const anyFields = fc.dictionary(fc.stringMatching(/^[a-z][A-Za-z0-9]{0,8}$/), bytes, {
      minKeys: 1,
      maxKeys: 4,
      noNullPrototype: true,
    });
    await fc.assert(
      fc.asyncProperty(places, anyFields, async (given, each) => {
        const place = placeOf(given);
        const { keyId, payload } = await sealed(place, each);
        for (const [name, plain] of Object.entries(each)) {
          const opened = await vault.open(place, keyId, payload, name);
          expect(opened.equals(plain)).toBe(true);
        }
      }),
    );
  });

  test('the same value is sealed differently each time, and nothing of it shows', async () => {
    const { sealed } = setup();
    const a = await sealed(placeOf(), fields);
    const b = await sealed(placeOf(), fields);
    expect(a.payload.equals(b.payload)).toBe(false);
    expect(a.payload.includes('the value')).toBe(false);
  });

  test('a sealer refuses a place of another owner, and no fields', async () => {
    const sealer = await setup().vault.sealer(owner('owner-a'));
    expect(() => sealer.seal(placeOf({ ownerId: 'owner-b' }), fields)).toThrow(/own owner only/);
    expect(() => sealer.seal(placeOf(), {})).toThrow(/cannot have the fields/);
  });
});

describe('tampering', () => {
  test('with every byte changed in turn, no field opens as anything but what was sealed', async () => {
    const { vault, sealed } = setup();
    const { keyId, payload } = await sealed(placeOf(), fields);
    for (let at = 0; at < payload.length; at++) {
      for (const mask of [1, 0x20, 0xff]) {
        const changed = Buffer.from(payload);
        changed[at]! ^= mask;
        let refused = 0;
        for (const [name, plain] of Object.entries(fields)) {
          try {
            expect(await vault.open(placeOf(), keyId, changed, name)).toEqual(plain);
          } catch (error) {
            if (!(error instanceof PayloadUnreadable)) throw error;
            refused++;
          }
        }
        expect({ at, mask, noticed: refused > 0 }).toEqual({ at, mask, noticed: true });
      }
    }
  });

  test('with one field, no byte can be changed', async () => {
    const { vault, sealed } = setup();
    const { keyId, payload } = await sealed(placeOf(), { value: fields.value });
    for (let at = 0; at < payload.length; at++) {
      for (let bit = 1; bit < 256; bit <<= 1) {
        const changed = Buffer.from(payload);
        changed[at]! ^= bit;
        await expect(vault.open(placeOf(), keyId, changed, 'value')).rejects.toBeInstanceOf(
          PayloadUnreadable,
        );
      }
    }
  });

  test('every truncation is refused, and a tag cut down inside an intact frame', async () => {
    const { vault, sealed } = setup();
    const { keyId, payload } = await sealed(placeOf(), { value: fields.value });
    const whole = fieldsOf(payload)[0]!.sealed;
    const cut = Array.from({ length: payload.length }, (_, length) => payload.subarray(0, length));
    const reframed = Array.from({ length: whole.length }, (_, length) =>
      frame([{ name: 'value', sealed: whole.subarray(0, length) }]),
    );
    for (const changed of [...cut, ...reframed]) {
      await expect(vault.open(placeOf(), keyId, changed, 'value')).rejects.toBeInstanceOf(
        PayloadUnreadable,
      );
    }
    const same = frame([{ name: 'value', sealed: whole }]);
    await expect(vault.open(placeOf(), keyId, same, 'value')).resolves.toEqual(fields.value);
  });

  test.each<[string, Parameters<typeof placeOf>[0]]>([
    ['owner', { ownerId: 'owner-b' }],
    ['service', { serviceId: 'service-b' }],
    ['segment', { segment: 2 }],
    ['index', { index: 18 }],
    ['event type', { type: 'Added' }],
    ['lease', { leaseId: '17.1.2' }],
    ['no lease', { leaseId: '' }],
  ])('does not open at another place: %s', async (_, other) => {
    const { vault, sealed } = setup();
    const { keyId, payload } = await sealed(placeOf(), fields);
    const error: unknown = await vault
      .open(placeOf(other), keyId, payload, 'value')
      .catch((e: unknown) => e);
    expect(error).toBeInstanceOf(PayloadUnreadable);
    expect(error).toMatchObject({ data: { ...placeOf(other), keyId, field: 'value' } });
    await expect(vault.open(placeOf(), keyId, payload, 'value')).resolves.toEqual(fields.value);
  });

  test('does not open under another key id, though the secret of both is the same', async () => {
    const { vault, keys, sealed } = setup();
    const { payload } = await sealed(placeOf(), fields);
    keys.rotate('owner-a', 'k2');
    await expect(vault.open(placeOf(), 'k2', payload, 'value')).rejects.toBeInstanceOf(
      PayloadUnreadable,
    );
  });

  test('fields cannot be swapped, renamed, reordered, taken out or put in', async () => {
    const { vault, sealed } = setup();
    const { keyId, payload } = await sealed(placeOf(), fields);
    const [value, token] = fieldsOf(payload);
    const [single] = fieldsOf((await sealed(placeOf(), { value: fields.value })).payload);
    if (!value || !token || !single) throw new Error('fields are missing');
    const forged: Record<string, readonly Field[]> = {
      'value as token': [{ ...value, name: 'token' }],
      'value and token swapped': [
        { name: 'value', sealed: token.sealed },
        { name: 'token', sealed: value.sealed },
      ],
      'value renamed': [{ ...value, name: 'result' }, token],
      'order changed': [token, value],
      'token taken out': [value],
      'token put in': [single, token],
    };
    for (const [how, [first]] of Object.entries(forged)) {
      const changed = frame(forged[how]!);
      const outcome = await vault.open(placeOf(), keyId, changed, first!.name).then(
        () => 'opened',
        (error: unknown) => (error instanceof PayloadUnreadable ? 'refused' : error),
      );
      expect({ how, outcome }).toEqual({ how, outcome: 'refused' });
    }
  });

  test('a field that is not there is named', async () => {
    const { vault, sealed } = setup();
    const { keyId, payload } = await sealed(placeOf(), fields);
    await expect(vault.open(placeOf(), keyId, payload, 'error')).rejects.toThrow(/no field error/);
  });
});

describe('rotation and destruction', () => {
  test('after the newest key is no longer taken for the newest, the new one is used; old ids stay readable', async () => {
    const { vault, keys, pass, sealed } = setup();
    const old = await sealed(placeOf(), fields);
    keys.rotate('owner-a', 'k2');
    pass(59_999);
    expect((await sealed(placeOf(), fields)).keyId).toBe('k1');
    pass(1);
    const fresh = await sealed(placeOf(), fields);
    expect(fresh.keyId).toBe('k2');
    for (const { keyId, payload } of [old, fresh]) {
      await expect(vault.open(placeOf(), keyId, payload, 'value')).resolves.toEqual(fields.value);
    }
  });

  test('a destroyed key opens nothing after the shredding delay; other keys and owners go on', async () => {
    const { vault, keys, pass, sealed } = setup();
    const elsewhere = placeOf({ ownerId: 'owner-b' });
    const old = await sealed(placeOf(), fields);
    const other = await sealed(elsewhere, fields);
    keys.rotate('owner-a', 'k2');
    keys.destroy('owner-a', 'k1');
    pass(299_999);
    await vault.open(placeOf(), 'k1', old.payload, 'value');
    const fresh = await sealed(placeOf(), fields);
    pass(1);
    const error: unknown = await vault
      .open(placeOf(), 'k1', old.payload, 'value')
      .catch((e: unknown) => e);
    expect(error).toBeInstanceOf(KeyUnavailable);
    expect(error).toBeInstanceOf(KeyGone);
    expect(error).toMatchObject({ ownerId: 'owner-a', keyId: 'k1' });
    await expect(vault.open(placeOf(), 'k2', fresh.payload, 'value')).resolves.toEqual(
      fields.value,
    );
    await expect(vault.open(elsewhere, 'k1', other.payload, 'value')).resolves.toEqual(
      fields.value,
    );
    await expect(sealed(elsewhere, fields)).resolves.toBeDefined();
  });

  test('a destroyed newest key is not written with after the shredding delay, used all the time or not', async () => {
    const { keys, pass, sealed } = setup();
    await sealed(placeOf(), fields);
    pass(50_000);
    keys.destroy('owner-a', 'k1');
    pass(9_999);
    await expect(sealed(placeOf(), fields)).resolves.toBeDefined();
    pass(1);
    await expect(sealed(placeOf(), fields)).rejects.toBeInstanceOf(KeyGone);
  });
});

describe('what is cached', () => {
  test('a hundred callers at once cost one question and one scrypt', async () => {
    const { vault, keys } = setup();
    const sealers = Array.from({ length: 100 }, () => vault.sealer(owner('owner-a')));
    expect(new Set((await Promise.all(sealers)).map(({ keyId }) => keyId))).toEqual(
      new Set(['k1']),
    );
    expect(scrypt).toHaveBeenCalledTimes(1);
    expect(keys.asked).toBe(1);
  });

  test('a hundred payloads opened at once cost one question, one scrypt and one hkdf', async () => {
    const { payload } = await setup().sealed(placeOf(), fields);
    const { vault, keys } = setup();
    scrypt.mockClear();
    hkdf.mockClear();
    const opened = Array.from({ length: 100 }, () => vault.open(placeOf(), 'k1', payload, 'value'));
    await Promise.all(opened);
    expect([keys.asked, scrypt.mock.calls.length, hkdf.mock.calls.length]).toEqual([1, 1, 1]);
  });

  test('asking for the newest key again costs no scrypt while its key is cached', async () => {
    const { vault, keys, pass } = setup();
    await vault.sealer(owner('owner-a'));
    pass(60_000);
    await vault.sealer(owner('owner-a'));
    expect([keys.asked, scrypt.mock.calls.length]).toEqual([2, 1]);
  });

  test('each segment of each service has a key of its own, derived once', async () => {
    const { sealed } = setup();
    for (let i = 0; i < 3; i++) {
      for (const serviceId of ['s', 't']) {
        for (const segment of [1, 2]) await sealed(placeOf({ serviceId, segment }), fields);
      }
    }
    expect(hkdf).toHaveBeenCalledTimes(4);
    const infos = hkdf.mock.calls.map(([, , , info]) =>
      Buffer.from(info as Buffer).toString('hex'),
    );
    expect(new Set(infos).size).toBe(4);
  });

  test('segment keys are bounded: the oldest is derived again', async () => {
    const { sealed } = setup();
    for (let segment = 1; segment <= 129; segment++) await sealed(placeOf({ segment }), fields);
    await sealed(placeOf({ segment: 129 }), fields);
    await sealed(placeOf({ segment: 2 }), fields);
    expect(hkdf).toHaveBeenCalledTimes(129);
    await sealed(placeOf({ segment: 1 }), fields);
    expect(hkdf).toHaveBeenCalledTimes(130);
  });

  test('owners are bounded: the one used least recently is asked for again', async () => {
    const { vault, keys } = setup({ ownersMax: 1 });
    for (const id of ['owner-a', 'owner-b', 'owner-a']) await vault.sealer(owner(id));
    expect([keys.asked, scrypt.mock.calls.length]).toEqual([3, 3]);
  });

  test('a failure is not remembered, and an error of the source becomes KeyUnavailable', async () => {
    const { payload } = await setup().sealed(placeOf(), fields);
    const keys = new MemoryKeys();
    let down = true;
    const flaky: KeySource = {
      current: async (id) => (down ? Promise.reject(new Error('down')) : keys.current(id)),
      byId: async (id, key) => (down ? Promise.reject(new Error('down')) : keys.byId(id, key)),
    };
    const vault = createVault(flaky);
    await expect(vault.sealer(owner('owner-a'))).rejects.toBeInstanceOf(KeySourceUnreachable);
    await expect(vault.open(placeOf(), 'k1', payload, 'value')).rejects.toThrow(/Key k1.*down/);
    down = false;
    await expect(vault.sealer(owner('owner-a'))).resolves.toMatchObject({ keyId: 'k1' });
    await expect(vault.open(placeOf(), 'k1', payload, 'value')).resolves.toEqual(fields.value);
  });

  test('with everything cached, open and sealer are done after one microtask', async () => {
    const { vault, sealed } = setup();
    const { keyId, payload } = await sealed(placeOf(), fields);
    const done: string[] = [];
    void vault.open(placeOf(), keyId, payload, 'value').then(() => done.push('open'));
    void vault.sealer(owner('owner-a')).then(() => done.push('sealer'));
    await Promise.resolve();
    expect(done).toEqual(['open', 'sealer']);
  });
});

describe('time', () => {
  test('is the monotonic clock where none is given', async () => {
    let nowMs = 1_000;
    const clock = jest.spyOn(performance, 'now').mockImplementation(() => nowMs);
    try {
      const keys = new MemoryKeys();
      const vault = createVault(keys);
      await vault.sealer(owner('owner-a'));
      nowMs += 59_999;
      await vault.sealer(owner('owner-a'));
      expect(keys.asked).toBe(1);
      nowMs += 1;
      await vault.sealer(owner('owner-a'));
      expect(keys.asked).toBe(2);
    } finally {
      clock.mockRestore();
    }
  });

  test.each([
    ['the newest key', { newestTtlMs: 10 }],
    ['any key, the newest too', { keyTtlMs: 10 }],
    ['a key, not beyond its own time', { keyTtlMs: 10, newestTtlMs: 1_000 }],
  ])('that is given for %s counts', async (_, options) => {
    let nowMs = 0;
    const keys = new MemoryKeys();
    const vault = createVault(keys, { ...options, now: () => nowMs });
    await vault.sealer(owner('owner-a'));
    nowMs = 9;
    await vault.sealer(owner('owner-a'));
    expect(keys.asked).toBe(1);
    nowMs = 10;
    await vault.sealer(owner('owner-a'));
    expect(keys.asked).toBe(2);
  });

  test('that is given for a key counts for reading', async () => {
    let nowMs = 0;
    const keys = new MemoryKeys();
    const vault = createVault(keys, { keyTtlMs: 10, now: () => nowMs });
    const { payload } = await setup().sealed(placeOf(), fields);
    for (const at of [0, 9, 10, 19, 20]) {
      nowMs = at;
      await vault.open(placeOf(), 'k1', payload, 'value');
    }
    expect(keys.asked).toBe(3);
  });
});

describe('a key in memory', () => {
  const { scrypt: realScrypt } = jest.requireActual<typeof crypto>('node:crypto');
  type Derive = (...args: Parameters<typeof realScrypt>) => void;

  test('is not left where it was derived', async () => {
    let derived = Buffer.of();
    const watched: Derive = (material, salt, length, options, done) => {
      realScrypt(material, salt, length, options, (error, bytes) => {
        derived = bytes;
        expect(bytes.some((byte) => byte !== 0)).toBe(true);
        done(error, bytes);
      });
    };
    scrypt.mockImplementationOnce(watched);
    const { vault, sealed } = setup();
    const { keyId, payload } = await sealed(placeOf(), fields);
    expect(derived).toEqual(Buffer.alloc(32));
    await expect(vault.open(placeOf(), keyId, payload, 'value')).resolves.toEqual(fields.value);
  });

  test('that cannot be derived is unavailable', async () => {
    const failing: Derive = (_material, _salt, _length, _options, done) => {
      done(new Error('no memory'), Buffer.of());
    };
    scrypt.mockImplementationOnce(failing);
    const { vault } = setup();
    await expect(vault.sealer(owner('owner-a'))).rejects.toThrow(/could not be fetched: no memory/);
    await expect(vault.sealer(owner('owner-a'))).resolves.toMatchObject({ keyId: 'k1' });
  });

  test('is another one for each owner and each id, though their secret is the same', async () => {
    const { vault, keys } = setup();
    keys.rotate('owner-a', 'k2');
    const { payload } = await setup().sealed(placeOf(), fields);
    for (const [id, key] of [
      ['owner-a', 'k1'],
      ['owner-a', 'k2'],
      ['owner-b', 'k1'],
    ] as const) {
      await vault.open(placeOf({ ownerId: id }), key, payload, 'value').catch(() => undefined);
    }
    const salts = scrypt.mock.calls.map(([, salt]) => Buffer.from(salt as Buffer).toString('hex'));
    expect(new Set(salts.slice(-3)).size).toBe(3);
  });
});

test('what does not open says where it should have been from, and what to do', async () => {
  const { vault, sealed } = setup();
  const { keyId, payload } = await sealed(placeOf(), fields);
  const elsewhere = placeOf({ index: 18 });
  const error: unknown = await vault
    .open(elsewhere, keyId, payload, 'value')
    .catch((e: unknown) => e);
  expect((error as Error).message).toMatch(
    /^A stored payload cannot be opened: it is not what was sealed for this place with this key\. .*backup\.$/,
  );
  expect(error).toMatchObject({ data: { problem: expect.stringMatching(/^it is not what/) } });
});

test('a key is taken in any form; the same bytes in another form are the same key', async () => {
  const sourceOf = (key: string | Uint8Array): KeySource => ({
    current: async () => ({ id: 'k', key }),
    byId: async (_, id) => ({ id, key }),
  });
  const forms = ['é', Buffer.from('é'), new Uint8Array(Buffer.from('é'))];
  const sealer = await createVault(sourceOf('é')).sealer(owner('owner-a'));
  const payload = sealer.seal(placeOf(), fields);
  for (const form of forms) {
    const opened = createVault(sourceOf(form)).open(placeOf(), 'k', payload, 'value');
    await expect(opened).resolves.toEqual(fields.value);
  }
  const other = createVault(sourceOf('x'.repeat(10_000))).open(placeOf(), 'k', payload, 'value');
  await expect(other).rejects.toBeInstanceOf(PayloadUnreadable);
});

test('a payload of this format, written before, stays readable', async () => {
  const keys: KeySource = {
    current: async () => ({ id: 'k1', key: 'secret' }),
    byId: async (_, id) => ({ id, key: 'secret' }),
  };
  const opened = createVault(keys).open(placeOf(), 'k1', Buffer.from(WRITTEN, 'base64'), 'result');
  expect((await opened).toString()).toBe('{"ok":true}');
});
/** Changes only with a new format version, and then stays here beside the new one. */
const WRITTEN = 'AQEGcmVzdWx0AAAAKAFl9fGxCOGXQqGgBGnQXfR8whDmj8bdgP0NCdCdoL1Puz4ZJethpXw=';
