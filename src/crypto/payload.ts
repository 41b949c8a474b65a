import * as E from 'fp-ts/Either';
import { payloadUnreadable } from './errors';

/**
 * A payload is one or more named sealed fields:
 *
 *   version (1 byte) | number of fields (1) | per field: length of name (1) | name |
 *                                             length of sealed (4, big-endian) | sealed
 *
 * The names are in clear, so that one field is found without opening another; all of them are in the
 * associated data of every field (vault.ts), so that none can be taken out, added or renamed.
 */
const VERSION = 1;
const NAME = /^[a-z][A-Za-z0-9]{0,31}$/;
const FIELDS_MAX = 16;

export interface Field {
  readonly name: string;
  readonly sealed: Buffer;
}

/** Throws on fields that no payload may have: that is a bug of the caller. */
export function checkNames(names: readonly string[]): void {
  const valid = names.length >= 1 && names.length <= FIELDS_MAX && names.every((n) => NAME.test(n));
  if (!valid) throw new Error(`a payload cannot have the fields ${JSON.stringify(names)}`);
}

/** The names have passed `checkNames` and differ. */
export function frame(fields: readonly Field[]): Buffer {
  let bytes = 2;
  for (const { name, sealed } of fields) bytes += 1 + name.length + 4 + sealed.length;
  const payload = Buffer.allocUnsafe(bytes);
  payload[0] = VERSION;
  payload[1] = fields.length;
  let at = 2;
  for (const { name, sealed } of fields) {
    payload[at] = name.length;
    payload.write(name, at + 1, 'latin1');
    at = payload.writeUInt32BE(sealed.length, at + 1 + name.length);
    payload.set(sealed, at);
    at += sealed.length;
  }
  return payload;
}

/** The fields as views of the payload. Left: what is wrong with it. */
export function unframe(payload: Buffer): E.Either<string, readonly Field[]> {
  if (payload.length < 2) return E.left('it is cut off');
  if (payload[0] !== VERSION) return E.left(`its format ${payload[0] ?? ''} is unknown`);
  const count = payload.readUInt8(1);
  if (count < 1 || count > FIELDS_MAX) return E.left('its number of fields is impossible');

  const fields: Field[] = [];
  let at = 2;
  while (fields.length < count) {
    if (at >= payload.length) return E.left('it is cut off');
    const nameAt = at + 1;
    const lengthAt = nameAt + payload.readUInt8(at);
    const sealedAt = lengthAt + 4;
    if (sealedAt > payload.length) return E.left('it is cut off');
    const name = payload.toString('latin1', nameAt, lengthAt);
    if (!NAME.test(name)) return E.left('a field has an impossible name');
    if (fields.some((field) => field.name === name)) return E.left('a field is there twice');
    at = sealedAt + payload.readUInt32BE(lengthAt);
    if (at > payload.length) return E.left('it is cut off');
    fields.push({ name, sealed: payload.subarray(sealedAt, at) });
  }
  return at === payload.length ? E.right(fields) : E.left('something follows its last field');
}

/** What a payload says it holds; certain only once one of its fields is opened. Throws PayloadUnreadable. */
export function fieldNames(payload: Buffer): readonly string[] {
  const fields = unframe(payload);
  if (E.isLeft(fields)) throw payloadUnreadable(fields.left, {});
  return fields.right.map(({ name }) => name);
}
