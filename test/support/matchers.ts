/** Jest's matchers are typed `any`; these are not. */
export const aString: unknown = expect.any(String);
export const aNumber: unknown = expect.any(Number);
export const matching = (pattern: RegExp): unknown => expect.stringMatching(pattern);
export const containing = (text: string): unknown => expect.stringContaining(text);
export const without = (text: string): unknown => expect.not.stringContaining(text);
export const having = (members: object): Error => expect.objectContaining(members) as Error;
