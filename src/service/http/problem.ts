/** What the gateway itself finds: the types of its answers, and their status. */
export const PROBLEMS = {
  MalformedRequest: 400,
  NotAuthenticated: 401,
  OperatorOnly: 403,
  NotFound: 404,
  MethodNotAllowed: 405,
  RequestTimeout: 408,
  BodyTooLarge: 413,
  UnsupportedMediaType: 415,
  HostNotAllowed: 421,
  HeadersTooLarge: 431,
  InternalError: 500,
  ServiceUnavailableError: 503,
} as const;

/** An answer other than success that the gateway itself gives. */
export class Problem extends Error {
  readonly status: number;

  constructor(
    readonly type: keyof typeof PROBLEMS,
    message: string,
    readonly hint: string,
    readonly headers: Readonly<Record<string, string>> = {},
  ) {
    super(message);
    this.name = type;
    this.status = PROBLEMS[type];
  }
}

export const malformed = (message: string, hint: string): Problem =>
  new Problem('MalformedRequest', message, hint);
