import { createServer, STATUS_CODES } from 'node:http';
import type { RequestListener } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { errorAnswer } from './errorAnswer';
import { hintOf } from './hints';
import { malformed, Problem } from './problem';
import { SECURITY_HEADERS } from './securityHeaders';

export interface ServerOptions {
  readonly ip: string;
  /** 0: any free one. */
  readonly port: number;
  readonly connectionsMax: number;
}

export interface ListeningServer {
  readonly address: AddressInfo;
  /** Takes no new requests, lets those under way finish, cuts off what is left after `graceMs`. */
  close(graceMs: number): Promise<void>;
}

export const urlOf = ({ address, family, port }: AddressInfo): string =>
  `http://${family === 'IPv6' ? `[${address}]` : address}:${port}`;

const REQUEST_TIMEOUT_MS = 30_000;

/** Rejects with the error of the system, for example EADDRINUSE. */
export async function listen(
  { ip, port, connectionsMax }: ServerOptions,
  handle: RequestListener,
): Promise<ListeningServer> {
  const server = createServer({ requestTimeout: REQUEST_TIMEOUT_MS }, handle);
  server.maxConnections = connectionsMax;
  server.on('clientError', answerClientError);

  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, ip, () => {
      server.off('error', reject);
      resolve();
    });
  });

  return {
    address: server.address() as AddressInfo,
    close: async (graceMs) => {
      const cutOff = setTimeout(() => server.closeAllConnections(), graceMs);
      const idle = setInterval(() => server.closeIdleConnections(), 50);
      await new Promise<void>((resolve) => server.close(() => resolve()));
      clearInterval(idle);
      clearTimeout(cutOff);
    },
  };
}

/** What Node itself cannot read as HTTP gets JSON as well. */
function answerClientError(error: NodeJS.ErrnoException, socket: Socket): void {
  if (error.code === 'ECONNRESET' || !socket.writable) {
    socket.destroy();
    return;
  }
  const { status, headers, body } = errorAnswer(clientProblem(error.code));
  const lines = Object.entries({
    ...SECURITY_HEADERS,
    ...headers,
    'Content-Length': String(Buffer.byteLength(body ?? '')),
    Connection: 'close',
  }).map(([name, value]) => `${name}: ${value}\r\n`);
  socket.end(
    `HTTP/1.1 ${status} ${STATUS_CODES[status] ?? ''}\r\n${lines.join('')}\r\n${body ?? ''}`,
  );
}

function clientProblem(code: string | undefined): Problem {
  if (code === 'HPE_HEADER_OVERFLOW') {
    return new Problem('HeadersTooLarge', 'The headers are too large', hintOf('HeadersTooLarge'));
  }
  if (code === 'ERR_HTTP_REQUEST_TIMEOUT') {
    return new Problem(
      'RequestTimeout',
      'The request took too long to arrive',
      hintOf('RequestTimeout'),
    );
  }
  return malformed('This is not HTTP', 'Send an HTTP/1.1 request.');
}
