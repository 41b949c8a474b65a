import type { Redis } from 'ioredis';
import { RedisUnreachable } from './errors';

/** Waits until the client is connected; the client tries again by itself meanwhile. */
export function connected(client: Redis, timeoutMs: number): Promise<void> {
  const { host = 'localhost', port = 6379 } = client.options;
  return new Promise((resolve, reject) => {
    let last: unknown;
    // Stays: an 'error' event that nobody listens to ends the process.
    client.on('error', (error: unknown) => (last = error));
    const timer = setTimeout(() => {
      client.off('ready', ready);
      reject(new RedisUnreachable(`${host}:${String(port)}`, timeoutMs, last));
    }, timeoutMs);
    const ready = (): void => {
      clearTimeout(timer);
      resolve();
    };
    client.once('ready', ready);
    client.connect().catch((error: unknown) => (last ??= error));
  });
}
