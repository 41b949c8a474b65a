import type { MasterKey } from '../../../src/crypto';
import { createKeyServiceSource, createVault, KeyGone, masterKeys } from '../../../src/crypto';
import { PayloadUnreadable } from '../../../src/domain';
import { owner, placeOf } from './support';

const k1: MasterKey = { id: 'k1', key: 'first' };
const k2: MasterKey = { id: 'k2', key: 'second' };
const vaultWith = (first: MasterKey, ...others: MasterKey[]) =>
  createVault(createKeyServiceSource(masterKeys([first, ...others])));
const place = placeOf();
const value = Buffer.from('value');

test('the first seals; what an older one sealed opens while it is there', async () => {
  const old = await vaultWith(k1).sealer(place.ownerId);
  const sealed = old.seal(place, { value });
  expect(old.keyId).toBe('k1');

  const rotated = vaultWith(k2, k1);
  expect((await rotated.sealer(place.ownerId)).keyId).toBe('k2');
  expect(await rotated.open(place, 'k1', sealed, 'value')).toEqual(value);
  await expect(vaultWith(k2).open(place, 'k1', sealed, 'value')).rejects.toThrow(KeyGone);
});

test('what is sealed for one owner does not open for another', async () => {
  const vault = vaultWith(k1);
  const sealed = (await vault.sealer(owner('owner-a'))).seal(placeOf({ ownerId: 'owner-a' }), {
    value,
  });
  const other = placeOf({ ownerId: 'owner-b' });
  await expect(vault.open(other, 'k1', sealed, 'value')).rejects.toThrow(PayloadUnreadable);
});

test('without an id the first is answered, with one that one alone', async () => {
  const getOek = masterKeys([k2, k1]);
  await expect(getOek('owner-a')).resolves.toEqual(k2);
  await expect(getOek('owner-a', 'k1')).resolves.toEqual(k1);
  await expect(getOek('owner-a', 'k3')).resolves.toBeUndefined();
});
