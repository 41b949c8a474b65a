import type { Place, Vault } from '../../src/domain';
import { PayloadUnreadable } from '../../src/domain';

const KEY_ID = 'plain';

/** Payloads in the clear, bound to their place as the real ones are: encrypting them is half of the time. */
export const plainVault: Vault = {
  sealer: () =>
    Promise.resolve({
      keyId: KEY_ID,
      seal: (place, fields) =>
        Buffer.from(
          JSON.stringify({
            place: nameOf(place),
            fields: Object.entries(fields).map(([name, value]) => [name, value.toString('latin1')]),
          }),
        ),
    }),

  async open(place, keyId, payload, field) {
    const sealed = JSON.parse(payload.toString()) as { place: string; fields: [string, string][] };
    const value = sealed.fields.find(([name]) => name === field)?.[1];
    if (keyId !== KEY_ID || sealed.place !== nameOf(place) || value === undefined) {
      throw new PayloadUnreadable(`A payload of ${sealed.place} was opened as ${nameOf(place)}`);
    }
    return Buffer.from(value, 'latin1');
  },
};

const nameOf = ({ segment, index, type, leaseId }: Place): string =>
  [segment, index, type, leaseId].join(' ');
