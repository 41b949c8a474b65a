/** What each task carries, in every contender. */
export const VALUE_BYTES = 200;
export const VALUE = 'x'.repeat(VALUE_BYTES - 2); // the quotes of JSON
