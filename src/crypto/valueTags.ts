/**
 * Tags for what has no form in JSON. A tag is an object whose one key is `$` and a letter; a key of a
 * user that begins with `$` gets a second one in front. So no object of a user can be taken for a tag.
 *
 *   {"$u":0} undefined          {"$n":"NaN" | "Infinity" | "-Infinity" | "-0"} number
 *   {"$i":"-ff"} BigInt, hex: linear to write and to read, decimal is not
 *   {"$d":0} Date, milliseconds since 1970      {"$b":"base64"} bytes
 */
export function tag(value: unknown): unknown {
  switch (typeof value) {
    case 'undefined':
      return { $u: 0 };
    case 'number':
      if (Object.is(value, -0)) return { $n: '-0' };
      return Number.isFinite(value) ? value : { $n: String(value) };
    case 'bigint':
      return { $i: value.toString(16) };
    case 'object':
      return value === null ? null : tagObject(value);
    default:
      return value;
  }
}

function tagObject(object: object): unknown {
  // Not map(): it passes over holes.
  if (Array.isArray(object)) return Array.from(object, tag);
  if (object instanceof Uint8Array) {
    const bytes = Buffer.from(object.buffer, object.byteOffset, object.byteLength);
    return { $b: bytes.toString('base64') };
  }
  if (object instanceof Date) return { $d: object.getTime() };
  // Without a prototype `__proto__` is a key like any other.
  const tagged = Object.create(null) as Record<string, unknown>;
  for (const [key, value] of Object.entries(object)) {
    tagged[key.startsWith('$') ? `$${key}` : key] = tag(value);
  }
  return tagged;
}

/** Undoes `tag` on what JSON.parse made of it; the argument is used up. Throws on an unknown tag. */
export function untag(json: unknown): unknown {
  if (typeof json !== 'object' || json === null) return json;
  if (Array.isArray(json)) {
    for (let i = 0; i < json.length; i++) json[i] = untag(json[i]);
    return json;
  }
  const entries = Object.entries(json);
  const [first] = entries;
  if (first && isTag(first[0])) {
    if (entries.length > 1) throw new Error(`the tag ${first[0]} stands beside other keys`);
    return fromTag(first[0], first[1]);
  }
  const object = {};
  for (const [key, value] of entries)
    own(object, key.startsWith('$') ? key.slice(1) : key, untag(value));
  return object;
}

const isTag = (key: string): boolean => key.startsWith('$') && key[1] !== '$';

function fromTag(key: string, content: unknown): unknown {
  switch (key) {
    case '$u':
      return undefined;
    case '$n':
      return Number(content);
    case '$i':
      return bigIntOf(String(content));
    case '$d':
      return new Date(Number(content));
    case '$b':
      return Buffer.from(String(content), 'base64');
    default:
      throw new Error(`the tag ${key} is unknown: it was written by a newer version`);
  }
}

const bigIntOf = (hex: string): bigint =>
  hex.startsWith('-') ? -BigInt(`0x${hex.slice(1)}`) : BigInt(`0x${hex}`);

/** An assignment to `__proto__` would set the prototype instead of a key. */
function own(object: object, key: string, value: unknown): void {
  if (key === '__proto__') {
    Object.defineProperty(object, key, {
      value,
      enumerable: true,
      configurable: true,
      writable: true,
    });
  } else {
    (object as Record<string, unknown>)[key] = value;
  }
}
