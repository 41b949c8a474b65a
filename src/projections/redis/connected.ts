import type { Cluster, Redis } from 'ioredis';
import { RedisUnreachable, refusalOf } from './errors';

/** Waits until the client is connected; the client tries again by itself meanwhile. */
export function connected(
  client: Redis | Cluster,
  address: string,
  timeoutMs: number,
): Promise<void> {
  return new Promise((resolve, reject) => {
    let last: unknown;
    const timer = setTimeout(() => {
      end(new RedisUnreachable(address, timeoutMs, last));
    }, timeoutMs);
    const end = (error?: Error): void => {
      clearTimeout(timer);
      client.off('ready', ready);
      if (error) reject(error);
      else resolve();
    };
    const ready = (): void => end();
    const failed = (error: unknown): void => {
      const cause = (error as { lastNodeError?: unknown } | undefined)?.lastNodeError ?? error;
      last = cause ?? last;
      const refusal = refusalOf(cause);
      if (refusal) end(refusal); // waiting would not help
    };
    // Stays: an 'error' event that nobody listens to ends the process.
    client.on('error', failed);
    client.on('node error', failed);
    client.once('ready', ready);
    if (client.status === 'ready') ready();
    else if (client.status === 'wait') client.connect().catch(failed);
  });
}
