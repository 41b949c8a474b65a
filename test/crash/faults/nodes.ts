import { setTimeout as wait } from 'node:timers/promises';
import type { FailPoint } from '../stage/failPoints';
import { FAIL_POINTS } from '../stage/failPoints';
import { oneOf } from '../stage/random';
import type { Fault } from './nemesis';

/** At its fail point, a node dies up to so many times later. */
const TIMES_MAX = 30;
const FAIL_POINT_MS = 60_000;

const kill: Fault = async ({ stage, random, fired }) => {
  const node = oneOf(random, stage.nodes);
  await node.kill();
  fired();
  await node.start();
};

/** A node dies at this point by itself. */
const killAt =
  (at: FailPoint): Fault =>
  async ({ stage, random, fired }) => {
    const node = oneOf(random, stage.nodes);
    node.dieAt({ at, time: 1 + Math.floor(random() * TIMES_MAX) });
    const late = wait(FAIL_POINT_MS, false, { ref: false });
    if (await Promise.race([node.ended().then(() => true), late])) fired();
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
