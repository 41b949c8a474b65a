import { Problem } from './problem';

const LOOPBACK = ['127.0.0.1', 'localhost', '[::1]'];

/** Is this an address that only processes of this machine reach? */
export const isLoopback = (ip: string): boolean =>
  ip === 'localhost' || ip === '::1' || /^127\.\d+\.\d+\.\d+$/.test(ip);

/** Values of the Host header that are answered; null: all. */
export const hostsOf = (
  allowed: readonly string[] | 'loopback' | 'all',
  port: number,
): readonly string[] | null => {
  if (allowed === 'all') return null;
  if (allowed !== 'loopback') return allowed;
  return LOOPBACK.flatMap((name) => (port === 80 ? [name, `${name}:80`] : [`${name}:${port}`]));
};

/**
 * Refuses a request that was sent to another name. A page of another site may have its own name resolve
 * to this machine (DNS rebinding); its browser then still sends that name.
 */
export function refuseOtherHost(host: string | undefined, allowed: readonly string[] | null): void {
  if (allowed === null) return;
  if (host !== undefined && allowed.includes(host.toLowerCase())) return;
  throw new Problem(
    'HostNotAllowed',
    'This server does not answer for that host name',
    `Use one of: ${allowed.join(', ')}.`,
  );
}
