const ISO = /^\d{4}-\d\d-\d\d(T\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:\d\d))?$/;

/** Milliseconds since 1970 of a time: ISO 8601 with its zone, a day in UTC, or such milliseconds; else NaN. */
export function timeOf(given: unknown): number {
  if (typeof given === 'number') return Number.isSafeInteger(given) && given >= 0 ? given : NaN;
  if (typeof given !== 'string') return NaN;
  if (/^\d{1,15}$/.test(given)) return Number(given);
  return ISO.test(given) ? Date.parse(given) : NaN;
}

export const isTime = (given: unknown): given is string | number => !Number.isNaN(timeOf(given));
