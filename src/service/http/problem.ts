/** An answer other than success that the gateway itself gives. */
export class Problem extends Error {
  constructor(
    readonly status: number,
    readonly type: string,
    message: string,
    readonly hint: string,
    readonly headers: Readonly<Record<string, string>> = {},
  ) {
    super(message);
    this.name = type;
  }
}

export const malformed = (message: string, hint: string): Problem =>
  new Problem(400, 'MalformedRequest', message, hint);
