import { createHash } from 'node:crypto';
import * as fs from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { inspect } from 'node:util';
import type { Keyring } from '../../../src/crypto';
import {
  createVault,
  KeyGone,
  KeyringUnusable,
  KeySourceUnreachable,
  openKeyring,
} from '../../../src/crypto';
import { lengthPrefixed } from '../../../src/crypto/lengthPrefixed';
import { KeyUnavailable } from '../../../src/domain';
import { owner, placeOf } from './support';

jest.mock('node:fs/promises', () => {
  const real = jest.requireActual<typeof fs>('node:fs/promises');
  return { ...real, rename: jest.fn(real.rename), open: jest.fn(real.open) };
});

let folder: string;
let file: string;
let keyring: Keyring;
beforeEach(async () => {
  folder = await fs.mkdtemp(join(tmpdir(), 'keyring-'));
  file = join(folder, 'keyring.json');
  keyring = openKeyring(file);
});
afterEach(async () => {
  jest.mocked(fs.rename).mockReset();
  jest.mocked(fs.rename).mockImplementation(real.rename);
  await fs.rm(folder, { recursive: true, force: true });
});
const real = jest.requireActual<typeof fs>('node:fs/promises');
const content = () => fs.readFile(file, 'utf8');

describe('keys', () => {
  test('an owner gets a random key when it is first asked for, and keeps it', async () => {
    const a = await keyring.current('owner-a');
    const b = await keyring.current('owner-b');
    expect(a.key).toHaveLength(32);
    expect(a.key).not.toEqual(b.key);
    expect(a.id).not.toBe(b.id);
    const reopened = openKeyring(file);
    await expect(reopened.current('owner-a')).resolves.toEqual(a);
    await expect(reopened.byId('owner-b', b.id)).resolves.toEqual(b);
  });

  test('rotate adds a newest key; old ids stay', async () => {
    const old = await keyring.current('owner-a');
    const id = await keyring.rotate('owner-a');
    const fresh = await keyring.current('owner-a');
    expect(fresh.id).toBe(id);
    expect(fresh.key).not.toEqual(old.key);
    await expect(keyring.byId('owner-a', old.id)).resolves.toEqual(old);
  });

  test('destroy takes one key for good and leaves all others', async () => {
    const old = await keyring.current('owner-a');
    const other = await keyring.current('owner-b');
    await keyring.rotate('owner-a');
    await expect(keyring.destroy('owner-a', old.id)).resolves.toBe(true);
    await expect(keyring.destroy('owner-a', old.id)).resolves.toBe(false);
    await expect(keyring.byId('owner-a', old.id)).rejects.toBeInstanceOf(KeyGone);
    await expect(keyring.byId('owner-b', other.id)).resolves.toEqual(other);
    expect(await content()).not.toContain(Buffer.from(old.key).toString('base64'));
  });

  test('after the last key of an owner the next one is new', async () => {
    const old = await keyring.current('owner-a');
    await keyring.destroy('owner-a', old.id);
    const fresh = await keyring.current('owner-a');
    expect(fresh.id).not.toBe(old.id);
  });

  test('a key of another owner or an unknown id is gone, and makes no file', async () => {
    await expect(keyring.byId('owner-a', 'k')).rejects.toBeInstanceOf(KeyGone);
    await expect(fs.stat(file)).rejects.toThrow('ENOENT');
    const { id } = await keyring.current('owner-a');
    await expect(keyring.byId('owner-b', id)).rejects.toBeInstanceOf(KeyGone);
  });

  test.each(['__proto__', '', 'a"b\n', 'constructor'])('owner %j is an owner', async (id) => {
    const key = await keyring.current(id);
    await expect(openKeyring(file).byId(id, key.id)).resolves.toEqual(key);
  });

  test('what a vault seals with it, another vault opens after a restart', async () => {
    const sealer = await createVault(keyring).sealer(owner('owner-a'));
    const payload = sealer.seal(placeOf(), { value: Buffer.from('x') });
    await keyring.rotate('owner-a');
    const opened = createVault(openKeyring(file)).open(placeOf(), sealer.keyId, payload, 'value');
    await expect(opened).resolves.toEqual(Buffer.from('x'));
  });
});

describe('at the same time', () => {
  test('a hundred first calls of one owner give one key', async () => {
    const all = await Promise.all(Array.from({ length: 100 }, () => keyring.current('owner-a')));
    expect(new Set(all.map(({ id }) => id)).size).toBe(1);
  });

  test('no key is lost where many are added', async () => {
    const ids = await Promise.all(Array.from({ length: 20 }, () => keyring.rotate('owner-a')));
    for (const id of ids) await expect(keyring.byId('owner-a', id)).resolves.toBeDefined();
  });
});

describe('the file', () => {
  test('is readable by its user alone, from the first moment', async () => {
    const before = process.umask(0);
    try {
      await keyring.current('owner-a');
    } finally {
      process.umask(before);
    }
    expect((await fs.stat(file)).mode & 0o777).toBe(0o600);
    const [, , mode] = jest.mocked(fs.open).mock.calls.find(([, flags]) => flags === 'wx') ?? [];
    expect(mode).toBe(0o600);
  });

  test.each([0o640, 0o604, 0o620, 0o666])(
    'with mode %o is refused with the way out',
    async (mode) => {
      const { id } = await keyring.current('owner-a');
      await fs.chmod(file, mode);
      const before = await content();
      for (const refused of [
        keyring.current('owner-a'),
        keyring.current('owner-new'),
        keyring.byId('owner-a', id),
        keyring.rotate('owner-a'),
        keyring.destroy('owner-a', id),
      ]) {
        const error: unknown = await refused.catch((e: unknown) => e);
        expect(error).toBeInstanceOf(KeyringUnusable);
        expect(error).toBeInstanceOf(KeyUnavailable);
        expect((error as Error).message).toContain(`chmod 600 ${file}`);
      }
      expect(await content()).toBe(before);
    },
  );

  test('with one byte changed anywhere in a key, an id or an owner is refused and left as it is', async () => {
    await keyring.current('owner-a');
    const good = await content();
    const { owners } = JSON.parse(good) as {
      owners: { ownerId: string; keys: { id: string; key: string; check: string }[] }[];
    };
    const { ownerId, keys } = owners[0]!;
    // Another text for the same bytes: the last character of 32 bytes has two bits that mean nothing.
    const { key } = keys[0]!;
    const alias = `${key.slice(0, -2)}${String.fromCharCode(key.charCodeAt(42) + 1)}=`;
    expect(Buffer.from(alias, 'base64')).toEqual(Buffer.from(key, 'base64'));
    await fs.writeFile(file, good.replace(key, alias));
    await expect(keyring.byId('x', 'y')).rejects.toBeInstanceOf(KeyringUnusable);
    for (const word of [ownerId, keys[0]!.id, keys[0]!.key.slice(0, -1), keys[0]!.check]) {
      for (let at = 0; at < word.length; at++) {
        const changed = word.slice(0, at) + (word[at] === 'A' ? 'B' : 'A') + word.slice(at + 1);
        await fs.writeFile(file, good.replace(word, changed));
        await expect(keyring.byId('x', 'y')).rejects.toBeInstanceOf(KeyringUnusable);
      }
    }
  });

  test.each([
    '',
    '{',
    'null',
    '[]',
    '{"version":2,"owners":[]}',
    '{"version":1}',
    '{"version":1,"owners":[{"ownerId":"a"}]}',
    '{"version":1,"owners":[{"ownerId":"a","keys":[{"id":"k"}]}]}',
    '{"version":1,"owners":[{"ownerId":"a","keys":[]},{"ownerId":"a","keys":[]}]}',
  ])('damaged to %j is named, and never written over', async (text) => {
    await fs.writeFile(file, text, { mode: 0o600 });
    for (const call of [
      keyring.current('owner-a'),
      keyring.rotate('a'),
      keyring.destroy('a', 'k'),
    ]) {
      const error: unknown = await call.catch((e: unknown) => e);
      expect(error).toBeInstanceOf(KeyringUnusable);
      expect((error as Error).message).toMatch(/is damaged .* backup/);
      expect((error as Error).message).toContain(file);
    }
    expect(await content()).toBe(text);
  });

  test('an error does not quote the keys of a damaged file', async () => {
    const { key } = await keyring.current('owner-a');
    const secret = Buffer.from(key).toString('base64');
    const good = await content();
    for (const bad of [
      good.slice(0, -4),
      good.replace(secret, `${secret.slice(0, -2)}B=`),
      secret,
    ]) {
      await fs.writeFile(file, bad);
      const error: unknown = await keyring.current('owner-a').catch((e: unknown) => e);
      expect(error).toBeInstanceOf(KeyringUnusable);
      const told = inspect(error, { showHidden: true, depth: 9 });
      expect(told).not.toContain(secret.slice(0, 8));
    }
  });

  test('is the old one, whole, where the process dies before the rename; nothing is left beside it', async () => {
    await keyring.current('owner-a');
    const before = await content();
    jest.mocked(fs.rename).mockRejectedValueOnce(new Error('disk is gone'));
    await expect(keyring.rotate('owner-a')).rejects.toBeInstanceOf(KeySourceUnreachable);
    expect(await content()).toBe(before);
    expect(await fs.readdir(folder)).toEqual(['keyring.json']);
    await expect(keyring.rotate('owner-a')).resolves.toBeDefined();
  });

  test('is on the disk before it is renamed, and its folder after', async () => {
    const steps: string[] = [];
    jest.mocked(fs.open).mockImplementation(async (...args) => {
      const handle = await real.open(...args);
      const sync = handle.sync.bind(handle);
      handle.sync = async () => {
        await sync();
        steps.push(args[0] === folder ? 'folder' : 'file');
      };
      return handle;
    });
    jest.mocked(fs.rename).mockImplementation(async (...args) => {
      await real.rename(...args);
      steps.push('rename');
    });
    await keyring.current('owner-a');
    jest.mocked(fs.open).mockImplementation(real.open);
    expect(steps).toEqual(['file', 'rename', 'folder']);
  });

  test('that is a symbolic link stays one', async () => {
    await keyring.current('owner-a');
    const link = join(folder, 'link.json');
    await fs.symlink(file, link);
    const id = await openKeyring(link).rotate('owner-a');
    expect((await fs.lstat(link)).isSymbolicLink()).toBe(true);
    await expect(keyring.byId('owner-a', id)).resolves.toBeDefined();
  });

  test('in a folder that is not there yet is made with it', async () => {
    file = join(folder, 'data', 'keys', 'keyring.json');
    await expect(openKeyring(file).current('owner-a')).resolves.toBeDefined();
    expect((await fs.stat(join(folder, 'data'))).mode & 0o077).toBe(0);
  });

  test('that cannot be read for another reason is unreachable, not empty', async () => {
    const loop = join(folder, 'loop.json');
    await fs.symlink(loop, loop);
    await fs.mkdir(file, { mode: 0o700 });
    for (const path of [file, loop, join(loop, 'keyring.json')]) {
      const { byId, current } = openKeyring(path);
      await expect(byId('owner-a', 'k')).rejects.toBeInstanceOf(KeySourceUnreachable);
      await expect(current('owner-a')).rejects.toBeInstanceOf(KeySourceUnreachable);
    }
  });
});

describe('what cannot be used is told apart', () => {
  const key = { id: 'k', key: Buffer.alloc(32).toString('base64') };
  test.each<[string, unknown]>([
    ['something is missing', null],
    ['something is missing', 1],
    ['its version is not 1', { version: 2, owners: [] }],
    ['a list is missing', { version: 1, owners: {} }],
    ['something is missing', { version: 1, owners: [null] }],
    ['an owner has no id', { version: 1, owners: [{ ownerId: 1, keys: [] }] }],
    ['a list is missing', { version: 1, owners: [{ ownerId: 'a', keys: 'k' }] }],
    [
      'owner a is there twice',
      {
        version: 1,
        owners: [
          { ownerId: 'a', keys: [] },
          { ownerId: 'a', keys: [] },
        ],
      },
    ],
    [
      'a key of owner a is incomplete',
      { version: 1, owners: [{ ownerId: 'a', keys: [{ ...key, id: 1 }] }] },
    ],
    [
      'a key of owner a is incomplete',
      { version: 1, owners: [{ ownerId: 'a', keys: [{ id: 'k' }] }] },
    ],
    [
      'key k of owner a is not what was written',
      { version: 1, owners: [{ ownerId: 'a', keys: [key] }] },
    ],
  ])('%s: %j', async (what, json) => {
    await fs.writeFile(file, JSON.stringify(json), { mode: 0o600 });
    await expect(keyring.byId('a', 'k')).rejects.toThrow(`is damaged (${what}) and was left as it`);
  });

  test('no JSON', async () => {
    await fs.writeFile(file, '{', { mode: 0o600 });
    await expect(keyring.byId('a', 'k')).rejects.toThrow('(it is not JSON)');
  });

  test('the mode is named, with the file and the reason in the data', async () => {
    await fs.writeFile(file, '{', { mode: 0o600 });
    await fs.chmod(file, 0o1640);
    const error: unknown = await keyring.byId('a', 'k').catch((e: unknown) => e);
    expect((error as Error).message).toContain('(mode 640)');
    expect((error as KeyringUnusable).data).toEqual({ reason: 'keyring', file });
  });

  test('a key of another length than 32 bytes, though its check is right', async () => {
    await keyring.current('a');
    const { owners } = JSON.parse(await content()) as {
      owners: { keys: { id: string; key: string; check: string }[] }[];
    };
    const written = owners[0]!.keys[0]!;
    expect(written.check).toMatch(/^[0-9a-f]{16}$/);
    const short = Buffer.from(written.key, 'base64').subarray(1);
    const check = createHash('sha256')
      .update(lengthPrefixed(['a', written.id]))
      .update(short)
      .digest('hex')
      .slice(0, 16);
    const changed = { ...written, key: short.toString('base64'), check };
    const json = { version: 1, owners: [{ ownerId: 'a', keys: [changed] }] };
    await fs.writeFile(file, JSON.stringify(json));
    await expect(keyring.byId('a', written.id)).rejects.toThrow('is not what was written');
  });
});

test('nothing is written where nothing changes', async () => {
  const { id } = await keyring.current('owner-a');
  const { ino } = await fs.stat(file);
  await keyring.current('owner-a');
  await keyring.destroy('owner-a', 'unknown');
  await keyring.destroy('owner-b', id);
  expect((await fs.stat(file)).ino).toBe(ino);
});

test('a keyring goes on after a change that failed', async () => {
  await keyring.current('owner-a');
  jest.mocked(fs.rename).mockRejectedValueOnce(new Error('disk is gone'));
  const [failed, done] = await Promise.allSettled([
    keyring.rotate('owner-a'),
    keyring.rotate('owner-a'),
  ]);
  expect([failed.status, done.status]).toEqual(['rejected', 'fulfilled']);
});
