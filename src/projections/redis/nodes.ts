import { Cluster, Command, type Redis } from 'ioredis';

/** `host:port`, as a cluster calls its nodes. */
export const nameOf = ({ options: { host, port } }: Redis): string =>
  `${String(host)}:${String(port)}`;

/**
 * Whether a call for this key would be sent at once. If not, it surely was not sent: a cluster's own
 * error for that is the same as for a connection that closed while a call was under way.
 */
export function isReady(client: Redis | Cluster, key: string): boolean {
  if (client.status !== 'ready') return false;
  if (!(client instanceof Cluster)) return true;
  const name = client.slots[new Command('exists', [key]).getSlot()]?.[0];
  const node = client.nodes().find((node) => nameOf(node) === name);
  if (node?.status === 'ready') return true;
  client.refreshSlotsCache(); // another may hold the slot by now
  return false;
}
