import { setTimeout as wait } from 'node:timers/promises';
import type { FailPoint } from '../stage/failPoints';
import { FAIL_POINTS } from '../stage/failPoints';
import { oneOf } from '../stage/random';
import type { Fault } from './nemesis';

/** After so many times at its fail point at the most a node dies. */
const TIMES_MAX = 200;
const FAIL_POINT_MS = 20_000;

const kill: Fault = async ({ stage, random, fired }) => {
  const node = oneOf(random, stage.nodes);
  await node.kill();
  fired();
  await node.start();
};

/** A node is started anew, to die at this point by itself. */
const killAt =
  (at: FailPoint): Fault =>
  async ({ stage, random, fired }) => {
    const node = oneOf(random, stage.nodes);
    await node.kill();
    await node.start({ at, time: 1 + Math.floor(random() * TIMES_MAX) });
    const hasDied = await Promise.race([
      node.ended().then(() => true),
      wait(FAIL_POINT_MS, false, { ref: false }),
    ]);
    if (hasDied) fired();
    else await node.kill();
    await node.start();
  };

/** Longer than a lease: others have its workers' tasks when it goes on. */
const pause: Fault = async ({ stage, random, ttrMs, fired }) => {
  const node = oneOf(random, stage.nodes);
  node.signal('SIGSTOP');
  fired();
  await wait(ttrMs + 1_000);
  node.signal('SIGCONT');
};

export const NODE_FAULTS: Readonly<Record<string, Fault>> = {
  kill,
  ...Object.fromEntries(FAIL_POINTS.map((at) => [`kill ${at}`, killAt(at)])),
};
export const PAUSES: Readonly<Record<string, Fault>> = { pause };
