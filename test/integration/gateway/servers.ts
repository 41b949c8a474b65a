import { request } from 'node:http';
import { connect } from 'node:net';
import type { GatewayOptions } from '../../../src/service/http/gatewayOptions';
import { hashToken } from '../../../src/service/http/tokens';
import { Gateway } from '../../../src/service/gateway';
import type { QueueServiceOptions } from '../../../src/service/options';
import { QueueService } from '../../../src/service/queueService';
import { Brokers } from '../service/brokers';

const TOKENS: NonNullable<GatewayOptions['tokens']> = [
  { sha256: hashToken('token-a'), ownerId: 'A' },
  { sha256: hashToken('token-b'), ownerId: 'B' },
  { sha256: hashToken('operator-a'), ownerId: 'A', operator: true },
];

export interface Sent {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  /** The body, if it is JSON. */
  readonly json: unknown;
}

/** A gateway with its queue service, over real HTTP. */
export class TestServer {
  url = '';
  private readonly brokers = new Brokers();

  /** On the embedded log, if no queue is given. */
  async start(gateway: Partial<GatewayOptions> = {}, queue?: QueueServiceOptions): Promise<this> {
    await this.brokers.start([
      QueueService(queue ?? { dataDir: this.brokers.folder(), keys: 'keyring' }),
      Gateway({ port: 0, tokens: TOKENS, onListening: (url) => (this.url = url), ...gateway }),
    ]);
    return this;
  }

  stop(): Promise<void> {
    return this.brokers.stop();
  }

  get(path: string, headers: Record<string, string> = as('token-a')): Promise<Sent> {
    return this.send('GET', path, headers);
  }

  /** `body`: JSON text, or something to make it of. */
  post(
    path: string,
    body?: unknown,
    headers: Record<string, string> = as('token-a'),
  ): Promise<Sent> {
    if (body === undefined) return this.send('POST', path, headers);
    const bytes = body instanceof Uint8Array ? Buffer.from(body) : null;
    const text = bytes ?? (typeof body === 'string' ? body : JSON.stringify(body));
    return this.send('POST', path, { 'Content-Type': 'application/json', ...headers }, text);
  }

  async send(
    method: string,
    path: string,
    headers: Record<string, string>,
    body?: string | Uint8Array<ArrayBuffer>,
  ): Promise<Sent> {
    const response = await fetch(`${this.url}/api/queue${path}`, {
      method,
      headers: { Connection: 'close', ...headers },
      ...(body === undefined ? {} : { body }),
    });
    const text = await response.text();
    const isJson = response.headers.get('content-type') === 'application/json; charset=utf-8';
    return {
      status: response.status,
      headers: response.headers,
      text,
      json: isJson && text !== '' ? JSON.parse(text) : undefined,
    };
  }

  /** A GET as fetch would not send it. */
  raw(path: string, headers: Record<string, string>): Promise<{ status: number; json: unknown }> {
    return new Promise((resolve, reject) => {
      const { hostname, port } = new URL(this.url);
      request({ host: hostname, port, path, headers, agent: false }, (res) => {
        let text = '';
        res
          .setEncoding('utf8')
          .on('data', (chunk: string) => (text += chunk))
          .on('end', () => resolve({ status: res.statusCode ?? 0, json: JSON.parse(text) }));
      })
        .on('error', reject)
        .end();
    });
  }

  /** Bytes as they are, and all that comes back until the server closes. */
  bytes(sent: string): Promise<string> {
    return new Promise((resolve, reject) => {
      const { hostname, port } = new URL(this.url);
      let received = '';
      const socket = connect(Number(port), hostname, () => socket.write(sent));
      socket
        .setEncoding('utf8')
        .on('data', (chunk: string) => (received += chunk))
        .on('error', reject)
        .on('close', () => resolve(received));
    });
  }
}

export const as = (token: string): Record<string, string> => ({ Authorization: `Bearer ${token}` });
