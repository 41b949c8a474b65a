import type { CassandraAddress } from '../servers/addresses';
import type { OwnCassandraServer } from './server';
import { loopbackNet, ownCassandraServer } from './server';

/** Nodes of one cluster, each of which can be killed. */
export interface OwnCassandraRing extends CassandraAddress {
  readonly nodes: readonly OwnCassandraServer[];
  stop(): Promise<void>;
}

/** Three nodes: the least of which a quorum is left when one is gone. */
export async function ownCassandraRing(): Promise<OwnCassandraRing> {
  const net = loopbackNet();
  const hosts = [1, 2, 3].map((n) => `${net}.${String(n)}`);
  const start = (host: string): Promise<OwnCassandraServer> =>
    ownCassandraServer({
      host,
      hosts,
      heap: '384M',
      // A third less work until it answers, of which three at once have most.
      jvmOptions: '-XX:TieredStopAtLevel=1',
      commitLog: 'batch',
    });
  const starting = hosts.map(start);
  const stop = async (): Promise<void> => {
    for (const node of await Promise.allSettled(starting)) {
      if (node.status === 'fulfilled') await node.value.stop();
    }
  };
  try {
    const nodes = await Promise.all(starting);
    const contactPoints = nodes.flatMap((node) => node.contactPoints);
    return { contactPoints, localDataCenter: 'datacenter1', nodes, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}
