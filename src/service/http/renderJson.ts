/**
 * A value as JSON text. What JSON has no word for is rendered: a Buffer as base64, a Date as ISO 8601, a
 * BigInt as decimal digits (all strings); an undefined member is left out; undefined elsewhere, NaN, the
 * infinities and an invalid Date are null. A worker that must tell these from ordinary strings calls the
 * Moleculer service instead.
 */
export const renderJson = (value: unknown): string =>
  value === undefined ? 'null' : JSON.stringify(value, rendered);

function rendered(this: unknown, key: string, given: unknown): unknown {
  // `given` went through toJSON already, `raw` did not.
  const raw = (this as Record<string, unknown>)[key];
  if (raw instanceof Uint8Array) return Buffer.from(raw).toString('base64');
  if (raw instanceof Date) return Number.isNaN(raw.getTime()) ? null : raw.toISOString();
  return typeof raw === 'bigint' ? raw.toString() : given;
}
