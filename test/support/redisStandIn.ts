import type { AddressInfo } from 'node:net';
import { createServer } from 'node:net';

/** Says the INFO that it was given and OK to all else: for servers too old to be installed. */
export async function startStandIn(info: string) {
  const bulk = `$${String(info.length)}\r\n${info}\r\n`;
  const server = createServer((socket) => {
    socket.on('error', () => undefined);
    socket.on('data', (data) => {
      for (const command of data
        .toString()
        .split(/\*\d+\r\n/)
        .slice(1)) {
        socket.write(/\r\ninfo\r\n/i.test(command) ? bulk : '+OK\r\n');
      }
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `redis://127.0.0.1:${String(port)}`,
    stop: () => new Promise((resolve) => server.close(resolve)),
  };
}
