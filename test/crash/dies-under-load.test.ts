import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { HttpClient, startServiceProcess } from '../support/serviceProcess';
import type { ServiceProcess } from '../support/serviceProcess';

/** The real command with real clients over HTTP, killed with SIGKILL again and again. */

const KILLS = process.env['LONG'] === '1' ? 20 : 3;
/** Confirmed under each process before it is killed. */
const ADDS = 30;
const ACKS = 10;

interface Told {
  readonly added: Set<number>;
  readonly maybeAdded: Set<number>;
  readonly acked: Set<number>;
  readonly maybeAcked: Set<number>;
}

/** Clients that add, fetch and ack until the service dies under them. */
async function load(service: ServiceProcess, told: Told, values: () => number): Promise<void> {
  const client = new HttpClient(service);
  const producer = async (): Promise<void> => {
    for (;;) {
      const value = values();
      told.maybeAdded.add(value);
      await client.add(value);
      told.added.add(value);
    }
  };
  const worker = async (workerId: string): Promise<void> => {
    for (;;) {
      const ackedBefore = new Set(told.acked);
      const task = await client.fetch(workerId);
      if (!task) continue;
      const value = task.value as number;
      if (!told.maybeAdded.has(value)) throw new Revived(`${String(value)} was never added`);
      if (ackedBefore.has(value)) throw new Revived(`${String(value)} came back after its ack`);
      told.maybeAcked.add(value);
      if (await client.ack(workerId, task.leaseId)) told.acked.add(value);
    }
  };
  const clients = [producer(), producer(), producer(), worker('w1'), worker('w2')];
  for (const outcome of await Promise.allSettled(clients)) {
    if (outcome.status === 'rejected' && outcome.reason instanceof Revived) throw outcome.reason;
  }
}

class Revived extends Error {}

test(`${String(KILLS)} kills under load: nothing confirmed is lost, nothing acked comes back`, async () => {
  const folder = mkdtempSync(join(tmpdir(), 'dies-under-load-'));
  const dataDir = join(folder, 'data');
  const told: Told = {
    added: new Set(),
    maybeAdded: new Set(),
    acked: new Set(),
    maybeAcked: new Set(),
  };
  let last = 0;
  try {
    for (let kill = 0; kill < KILLS; kill++) {
      const service = await startServiceProcess(dataDir);
      const loaded = load(service, told, () => ++last);
      const [adds, acks] = [told.added.size + ADDS, told.acked.size + ACKS];
      const ended = loaded.then(() => true);
      const goesOn = () => new Promise((resolve) => setTimeout(() => resolve(false), 20));
      while (told.added.size < adds || told.acked.size < acks) {
        if (await Promise.race([ended, goesOn()])) throw new Error('all clients failed');
      }
      await service.kill();
      await loaded;
    }
    const service = await startServiceProcess(dataDir);
    const client = new HttpClient(service);
    const drained = new Set<number>();
    // The workers come back for what they held; a drainer takes the rest.
    for (const workerId of ['w1', 'w2', 'drainer']) {
      for (let task = await client.fetch(workerId); task; task = await client.fetch(workerId)) {
        const value = task.value as number;
        expect(told.acked).not.toContain(value);
        drained.add(value);
        expect(await client.ack(workerId, task.leaseId)).toBe(true);
      }
    }
    const lost = [...told.added].filter(
      (value) => !drained.has(value) && !told.maybeAcked.has(value),
    );
    expect(lost).toEqual([]);
    expect(await service.stop()).toBe(0);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}, 300_000);
