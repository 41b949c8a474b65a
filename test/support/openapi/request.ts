import { request } from 'node:http';

/** A request as it goes over the wire. */
export interface Request {
  readonly method: string;
  readonly target: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
}

export interface Sent {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
}

/** Sends it as it is: fetch would take a queue that is named .. for a step up. */
export const send = (url: string, { method, target, headers, body }: Request): Promise<Sent> =>
  new Promise((resolve, reject) => {
    const { hostname, port } = new URL(url);
    const length = body === undefined ? {} : { 'Content-Length': Buffer.byteLength(body) };
    request(
      {
        host: hostname,
        port,
        path: target,
        method,
        headers: { ...headers, ...length },
        agent: false,
      },
      (res) => {
        let text = '';
        res
          .setEncoding('utf8')
          .on('data', (chunk: string) => (text += chunk))
          .on('end', () => {
            const received = Object.entries(res.headersDistinct).flatMap(([name, values = []]) =>
              values.map((value): [string, string] => [name, value]),
            );
            resolve({ status: res.statusCode ?? 0, headers: new Headers(received), text });
          });
      },
    )
      .on('error', reject)
      .end(body);
  });

/** Parameters of a request, by where they stand. */
export interface Given {
  readonly path: Readonly<Record<string, unknown>>;
  readonly query: Readonly<Record<string, unknown>>;
  /** undefined: no body. */
  readonly body?: unknown;
}

export function requestOf(
  { method, path }: { readonly method: string; readonly path: string },
  given: Given,
  token: string,
): Request {
  const query = Object.entries(given.query).map(
    ([name, value]) => `${encode(name)}=${encode(value)}`,
  );
  const filled = path.replace(/\{(\w+)\}/g, (_, name: string) => encode(given.path[name]));
  return {
    method,
    target: query.length === 0 ? filled : `${filled}?${query.join('&')}`,
    headers: { Authorization: `Bearer ${token}`, 'Content-Type': 'application/json' },
    ...(given.body === undefined ? {} : { body: JSON.stringify(given.body) }),
  };
}

const encode = (value: unknown): string => encodeURIComponent(String(value));
