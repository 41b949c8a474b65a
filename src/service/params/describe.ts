/** A few words on what was given: enough to find the mistake, never a payload, always short. */
export function describe(given: unknown): string {
  switch (typeof given) {
    case 'undefined':
      return 'nothing';
    case 'string':
      return given.length > 64 ? `a string of ${given.length} characters` : JSON.stringify(given);
    case 'number':
    case 'boolean':
    case 'bigint':
      return String(given).slice(0, 64);
    case 'object':
      if (given === null) return 'null';
      return Array.isArray(given) ? 'an array' : 'an object';
    case 'function':
    case 'symbol':
      return `a ${typeof given}`;
  }
}
