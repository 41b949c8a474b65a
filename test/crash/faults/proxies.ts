import { setTimeout as wait } from 'node:timers/promises';
import type { FaultProxy } from '../proxy/faultProxy';
import type { Stage } from '../stage/stage';
import type { Fault } from './nemesis';

const LATENCY_MS = 150;
const LASTS_MS = 1_500;
const REPLY_MS = 20_000;

type Side = 'redis' | 'cassandra';

const at =
  (side: Side, work: (proxy: FaultProxy, fired: () => void) => Promise<void>): Fault =>
  ({ stage, fired }) =>
    work(proxyOf(stage, side), fired);

function proxyOf({ proxies }: Stage, side: Side): FaultProxy {
  if (!proxies) throw new Error('nodes talk to the servers directly');
  return proxies[side];
}

const latency = (side: Side): Fault =>
  at(side, async (proxy, fired) => {
    proxy.delay(LATENCY_MS);
    fired();
    await wait(LASTS_MS);
    proxy.delay(0);
  });

const halfOpen = (side: Side): Fault =>
  at(side, async (proxy, fired) => {
    proxy.halfOpen(true);
    fired();
    await wait(LASTS_MS);
    proxy.halfOpen(false);
  });

const reset = (side: Side): Fault =>
  at(side, async (proxy, fired) => {
    proxy.reset();
    fired();
    await wait(0);
  });

const loseReply = (side: Side): Fault =>
  at(side, async (proxy, fired) => {
    const isLost = await Promise.race([
      proxy.loseReply().then(() => true),
      wait(REPLY_MS, false, { ref: false }),
    ]);
    if (isLost) fired();
  });

export const REPLY_FAULTS: Readonly<Record<string, Fault>> = {
  'redis reply dropped': loseReply('redis'),
  'cassandra reply dropped': loseReply('cassandra'),
};
export const NETWORK_FAULTS: Readonly<Record<string, Fault>> = {
  'redis latency': latency('redis'),
  'cassandra latency': latency('cassandra'),
  'redis half-open': halfOpen('redis'),
  'cassandra half-open': halfOpen('cassandra'),
  'redis reset': reset('redis'),
  'cassandra reset': reset('cassandra'),
};
