import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Load } from '../support/load';
import { HttpClient, startServiceProcess } from '../support/serviceProcess';

/** The real command with real clients over HTTP, killed with SIGKILL again and again. */

const KILLS = process.env['LONG'] === '1' ? 20 : 3;

test(`${String(KILLS)} kills under load: nothing confirmed is lost, nothing acked comes back`, async () => {
  const folder = mkdtempSync(join(tmpdir(), 'dies-under-load-'));
  const dataDir = join(folder, 'data');
  const load = new Load();
  try {
    for (let kill = 0; kill < KILLS; kill++) {
      const service = await startServiceProcess(dataDir);
      const client = new HttpClient(service);
      load.start([client, client, client], { w1: client, w2: client });
      await load.confirmed(30, 10);
      await service.kill();
      await load.stop();
    }
    const service = await startServiceProcess(dataDir);
    await load.drain(new HttpClient(service));
    expect(await service.stop()).toBe(0);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}, 300_000);
