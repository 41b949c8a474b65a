import type { AddressInfo, Socket } from 'node:net';
import { connect, createServer } from 'node:net';

/** An address that leads to one server, then to another, or to none. */
export interface RedisProxy {
  readonly port: number;
  readonly url: string;
  /** Connections break; new ones lead there. null: none is taken. */
  moveTo(port: number | null): void;
  stop(): Promise<void>;
}

export async function startProxy(port: number): Promise<RedisProxy> {
  let target: number | null = port;
  const sockets = new Set<Socket>();
  const keep = (socket: Socket, other: Socket): void => {
    sockets.add(socket);
    socket.on('error', () => undefined); // 'close' follows
    socket.on('close', () => {
      sockets.delete(socket);
      other.destroy();
    });
  };
  const breakAll = (): void => {
    for (const socket of sockets) socket.destroy();
  };
  const server = createServer((inward) => {
    if (target === null) {
      inward.destroy();
      return;
    }
    const outward = connect(target, '127.0.0.1');
    keep(inward, outward);
    keep(outward, inward);
    inward.pipe(outward).pipe(inward);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const listening = (server.address() as AddressInfo).port;
  return {
    port: listening,
    url: `redis://127.0.0.1:${String(listening)}`,
    moveTo(port) {
      target = port;
      breakAll();
    },
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        breakAll();
      }),
  };
}
