import { queueKey } from '../../../src/domain';
import type { KeptQueues } from '../../../src/projections/memory/memoryProjection';
import { memoryProjection } from '../../../src/projections/memory/memoryProjection';
import { projectionContract } from './projectionContract';

projectionContract('memory', async () => {
  let time = 1_700_000_000_000;
  const kept: KeptQueues = new Map();
  return {
    open: async () => memoryProjection({ clock: () => time }, kept),
    advance: async (ms) => {
      time += ms;
    },
    jumpBack: async (ms) => {
      time -= ms;
    },
    loseState: async (queue) => {
      kept.delete(queueKey(queue));
    },
    dispose: async () => {},
  };
});
