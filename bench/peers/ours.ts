import type { CommitLog } from '../started/serversQueue';
import type { Contender } from './contender';

export const ours = (commitLog: CommitLog): Contender => ({
  name: `ours, commit log ${commitLog}`,
  family: 'ours',
  async open(servers) {
    const { configuration, pids, newQueue } = await servers.ours(commitLog);
    return {
      configuration,
      pids: Object.values(pids),
      newQueue: () => newQueue(),
      close: async () => undefined, // it ends with its servers
    };
  },
});
