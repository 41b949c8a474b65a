import { setTimeout as wait } from 'node:timers/promises';
import { oneOf } from '../stage/random';
import type { Fault } from './nemesis';

const GONE_MS = 1_000;

/** With its commit log synced before it answers, it comes back with all that it has confirmed. */
const kill: Fault = async ({ stage, random, fired }) => {
  const server = oneOf(random, stage.cassandras);
  await server.kill();
  fired();
  await wait(GONE_MS);
  await server.start();
};

export const CASSANDRA_FAULTS: Readonly<Record<string, Fault>> = { 'cassandra kill': kill };
