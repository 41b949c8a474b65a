/** Bounds of a stored value. */
export interface ValueLimits {
  /** How many objects and arrays may stand inside each other; at most 1,000, because checking recurses. */
  readonly depthMax: number;
  /** Of the encoded value. */
  readonly bytesMax: number;
}

export const VALUE_LIMITS: ValueLimits = { depthMax: 100, bytesMax: 256 * 1024 };

/** Why a value cannot be stored, and where: `value.items[3].run`. */
export interface ValueRefusal {
  readonly kind: 'unsupported' | 'tooDeep' | 'tooLarge' | 'cyclic';
  readonly path: string;
  readonly message: string;
}

/** `special`: something in the value has no form in JSON and needs a tag. */
export type ValueCheck =
  | { readonly ok: true; readonly special: boolean }
  | { readonly ok: false; readonly refusal: ValueRefusal };

/**
 * Looks at everything in a value once. It goes no further than what fits into `bytesMax`, so that a
 * cycle, a web of shared objects or an array of four thousand million holes ends soon; and it keeps no
 * list of ancestors: the way to a fault is collected on the way back, only when there is one.
 */
export function checkValue(value: unknown, limits: ValueLimits, name: string): ValueCheck {
  const walk: Walk = { limits, bytesMin: 0, special: false };
  const fault = visit(walk, value, 0);
  return fault ? { ok: false, refusal: refuse(fault, name) } : { ok: true, special: walk.special };
}

interface Walk {
  readonly limits: ValueLimits;
  /** The encoded value has at least so many bytes. */
  bytesMin: number;
  special: boolean;
}

/** `trail`: the containers around the fault and the step into each, innermost first. */
interface Fault {
  readonly kind: ValueRefusal['kind'];
  readonly what: string;
  readonly trail: { readonly container: object; readonly step: string }[];
}

const fault = (kind: ValueRefusal['kind'], what: string): Fault => ({ kind, what, trail: [] });

function visit(walk: Walk, value: unknown, depth: number): Fault | null {
  switch (typeof value) {
    case 'string':
      return grow(walk, value.length + 2);
    case 'number':
      if (!Number.isFinite(value) || Object.is(value, -0)) walk.special = true;
      return grow(walk, 1);
    case 'boolean':
      return grow(walk, 4);
    case 'undefined':
      walk.special = true;
      return grow(walk, 1);
    case 'bigint':
      walk.special = true;
      return visitBigInt(walk, value);
    case 'function':
      return fault('unsupported', 'is a function');
    case 'symbol':
      return fault('unsupported', 'is a symbol');
    case 'object':
      if (value === null) return grow(walk, 4);
      return Array.isArray(value)
        ? visitArray(walk, value, depth)
        : visitObject(walk, value, depth);
  }
}

/** Tested by its bits before it is written out: a number of some megabytes would take seconds. */
function visitBigInt(walk: Walk, value: bigint): Fault | null {
  const fits = BigInt.asIntN(walk.limits.bytesMax * 4, value) === value;
  return fits ? grow(walk, 1) : tooLarge(walk);
}

function visitArray(walk: Walk, array: readonly unknown[], depth: number): Fault | null {
  if (Object.getPrototypeOf(array) !== Array.prototype) return instance(array);
  const entered = enter(walk, depth, array.length) ?? hidden(array);
  if (entered) return entered;
  for (let i = 0; i < array.length; i++) {
    const found = visit(walk, array[i], depth + 1);
    if (found) return within(found, array, `[${i}]`);
  }
  return null;
}

function visitObject(walk: Walk, object: object, depth: number): Fault | null {
  const prototype: unknown = Object.getPrototypeOf(object);
  if (prototype !== Object.prototype && prototype !== null) return visitInstance(walk, object);
  const entered = enter(walk, depth, 2) ?? hidden(object);
  if (entered) return entered;
  for (const key of Object.keys(object)) {
    walk.bytesMin += key.length + 3;
    const found = visit(walk, (object as Readonly<Record<string, unknown>>)[key], depth + 1);
    if (found) return within(found, object, stepOf(key));
  }
  return null;
}

function visitInstance(walk: Walk, object: object): Fault | null {
  if (object instanceof Uint8Array) {
    walk.special = true;
    return grow(walk, (object.byteLength * 4) / 3);
  }
  if (Object.getPrototypeOf(object) === Date.prototype) {
    walk.special = true;
    const valid = Number.isFinite((object as Date).getTime());
    return valid ? grow(walk, 1) : fault('unsupported', 'is an invalid Date');
  }
  return instance(object);
}

function instance(object: object): Fault {
  const { constructor } = object as { readonly constructor?: unknown };
  const name = typeof constructor === 'function' ? constructor.name.slice(0, 60) : '';
  return fault('unsupported', name ? `is an instance of ${name}` : 'has a prototype of its own');
}

/** What Object.keys does not show: JSON.stringify would call a toJSON, and would drop a symbol. */
function hidden(object: object): Fault | null {
  if (typeof (object as { readonly toJSON?: unknown }).toJSON === 'function') {
    return within(fault('unsupported', 'is a function'), object, '.toJSON');
  }
  return Object.getOwnPropertySymbols(object).length > 0
    ? fault('unsupported', 'has a symbol as a key')
    : null;
}

const enter = (walk: Walk, depth: number, bytes: number): Fault | null =>
  depth < walk.limits.depthMax
    ? grow(walk, bytes)
    : fault('tooDeep', `is inside more than ${walk.limits.depthMax} objects and arrays`);

function grow(walk: Walk, bytes: number): Fault | null {
  walk.bytesMin += bytes;
  return walk.bytesMin > walk.limits.bytesMax ? tooLarge(walk) : null;
}

const tooLarge = (walk: Walk): Fault =>
  fault('tooLarge', `is where the value exceeds ${walk.limits.bytesMax} bytes`);

function within(found: Fault, container: object, step: string): Fault {
  found.trail.push({ container, step });
  return found;
}

const stepOf = (key: string): string =>
  /^[A-Za-z_][A-Za-z0-9_]{0,59}$/.test(key) ? `.${key}` : `[${JSON.stringify(key.slice(0, 60))}]`;

/** A container met again on the way to the fault is a cycle, whatever bound it ran into. */
function refuse(found: Fault, name: string): ValueRefusal {
  const met = new Set<object>();
  let path = name;
  for (const { container, step } of found.trail.reverse()) {
    if (met.has(container)) {
      return {
        kind: 'cyclic',
        path,
        message: `${path} contains itself; give a value without cycles`,
      };
    }
    met.add(container);
    path += step;
  }
  return { kind: found.kind, path, message: `${path} ${found.what}; ${ADVICE[found.kind]}` };
}

const ADVICE: Readonly<Record<ValueRefusal['kind'], string>> = {
  unsupported: 'a value is JSON, undefined, BigInt, valid Date, Buffer and Uint8Array',
  tooDeep: 'give a flatter value',
  tooLarge: 'store the data elsewhere and add a reference to it',
  cyclic: 'give a value without cycles',
};
