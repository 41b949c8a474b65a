import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Addresses } from './addresses';
import { SharedServers } from './sharedServers';

/**
 * Jest runs files in processes of their own, which come and go; so the process that lasts has the servers,
 * and gives their addresses to who asks.
 */
export default async function start(): Promise<void> {
  const servers = new SharedServers();
  const desk = createServer((request, response) => {
    servers.get(request.url?.slice(1) as keyof Addresses).then(
      (address) => response.end(JSON.stringify(address)),
      (error: unknown) => response.writeHead(500).end((error as Error).message),
    );
  });
  await new Promise<void>((resolve) => desk.listen(0, '127.0.0.1', resolve));
  process.env['TEST_SERVERS'] = `http://127.0.0.1:${String((desk.address() as AddressInfo).port)}`;
  Object.assign(globalThis, {
    async stopSharedServers() {
      desk.close();
      desk.closeAllConnections();
      await servers.stop();
    },
  });
}
