import type { AddressInfo, Socket } from 'node:net';
import { connect, createServer } from 'node:net';
import { setTimeout as wait } from 'node:timers/promises';

/** Follows one connection in frames of its protocol, to lose the reply of a request that was sent. */
export interface Link {
  /** Bytes on their way to the server; true: a request whose reply can be lost has gone with them. */
  sent(bytes: Buffer, lose: boolean): boolean;
  /** What of the bytes goes on to the client; `lost`: the reply is among the others. */
  received(bytes: Buffer): { readonly passed: Buffer; readonly lost: boolean };
  /** Whether the connection cannot be used without what was lost. */
  readonly breaks: boolean;
}

interface Address {
  readonly host: string;
  readonly port: number;
}

/** Between nodes and a server. Each fault holds until it is undone. */
export interface FaultProxy {
  readonly port: number;
  /** All bytes take so long more. */
  delay(ms: number): void;
  /** Nothing passes either way, and no connection is closed; false: all those are reset. */
  halfOpen(on: boolean): void;
  reset(): void;
  /** Sends the next request on and loses its reply. Resolves when the server has answered. */
  loseReply(): Promise<void>;
  stop(): Promise<void>;
}

export async function startFaultProxy(target: Address, linkOf: () => Link): Promise<FaultProxy> {
  const sockets = new Set<Socket>();
  let delayMs = 0;
  let isHalfOpen = false;
  let loses: (() => void) | null = null;

  /** What is on its way to a socket: bytes never overtake others, also where the delay becomes shorter. */
  const underWay = new WeakMap<Socket, Promise<void>>();
  const pass = (to: Socket, bytes: Buffer): void => {
    if (bytes.length === 0 || isHalfOpen) return;
    const before = underWay.get(to);
    if (before === undefined && delayMs === 0) {
      to.write(bytes);
      return;
    }
    const dueAt = performance.now() + delayMs;
    const after = Promise.resolve(before).then(async () => {
      const ms = dueAt - performance.now();
      if (ms > 0) await wait(ms);
      if (underWay.get(to) === after) underWay.delete(to);
      if (to.writable) to.write(bytes);
    });
    underWay.set(to, after);
  };
  const keep = (socket: Socket, other: Socket): void => {
    sockets.add(socket);
    socket.setNoDelay();
    socket.on('error', () => undefined); // 'close' follows
    socket.on('close', () => {
      sockets.delete(socket);
      other.destroy();
    });
  };
  const reset = (): void => {
    for (const socket of sockets) socket.destroy();
  };
  const server = createServer((inward) => {
    const outward = connect(target.port, target.host);
    keep(inward, outward);
    keep(outward, inward);
    const link = linkOf();
    let hasLost: (() => void) | null = null;
    inward.on('data', (bytes) => {
      if (link.sent(bytes, loses !== null && hasLost === null)) [hasLost, loses] = [loses, null];
      pass(outward, bytes);
    });
    outward.on('data', (bytes) => {
      const { passed, lost } = link.received(bytes);
      pass(inward, passed);
      if (!lost) return;
      if (link.breaks) inward.destroy();
      hasLost?.();
      hasLost = null;
    });
    // A connection that broke before the answer: another request has to do.
    inward.on('close', () => {
      if (hasLost !== null && loses === null) loses = hasLost;
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    port: (server.address() as AddressInfo).port,
    delay(ms) {
      delayMs = ms;
    },
    halfOpen(on) {
      isHalfOpen = on;
      if (!on) reset();
    },
    reset,
    loseReply: () => new Promise((resolve) => (loses = resolve)),
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        reset();
      }),
  };
}
