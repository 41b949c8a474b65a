import type { Socket } from 'node:net';
import { connect, createServer } from 'node:net';
import { createInterface } from 'node:readline';
import { setImmediate } from 'node:timers';

/** Calls of a node as lines over a socket: many at once, which is what a client process needs to be quick. */

export interface Asked {
  readonly action: string;
  readonly params: object;
  readonly ownerId: string;
}
/** `error`: the type of the error, as clients see it. */
export type Answer = { readonly ok: unknown } | { readonly error: string };

type Numbered<A> = A & { readonly id: number };

/** Gathers what is written in one turn of the event loop. */
function gatheredWrites(socket: Socket): (line: object) => void {
  let gathered = '';
  return (line) => {
    if (gathered === '')
      setImmediate(() => {
        socket.write(gathered);
        gathered = '';
      });
    gathered += `${JSON.stringify(line)}\n`;
  };
}

const eachLine = (socket: Socket, take: (line: unknown) => void): void => {
  const lines = createInterface({ input: socket });
  lines.on('line', (text) => take(JSON.parse(text)));
  lines.on('error', () => undefined); // 'close' of the socket follows
};

export function answerCalls(
  path: string,
  answer: (asked: Asked) => Promise<Answer>,
): Promise<void> {
  const server = createServer((socket) => {
    const write = gatheredWrites(socket);
    socket.on('error', () => undefined); // the client has gone
    eachLine(socket, (line) => {
      const { id, ...asked } = line as Numbered<Asked>;
      void answer(asked).then((answered) => write({ id, ...answered }));
    });
  });
  return new Promise((resolve, reject) => {
    server.once('error', reject).listen(path, resolve);
  });
}

const CALL_MS = 15_000;
const RECONNECT_MS = 50;

/** A connection to one node, which comes back when the node does. */
export class Caller {
  private socket: Socket | null = null;
  private write: (line: object) => void = () => undefined;
  private readonly waiting = new Map<number, (answer: Answer) => void>();
  private last = 0;
  private closed = false;

  constructor(private readonly path: string) {
    this.connect();
  }

  get isThere(): boolean {
    return this.socket !== null;
  }

  call(asked: Asked): Promise<Answer> {
    if (this.socket === null) return Promise.resolve({ error: 'Unreachable' });
    const id = ++this.last;
    this.write({ id, ...asked });
    return new Promise((resolve) => {
      const timer = setTimeout(() => end({ error: 'TimedOut' }), CALL_MS);
      const end = (answer: Answer): void => {
        clearTimeout(timer);
        this.waiting.delete(id);
        resolve(answer);
      };
      this.waiting.set(id, end);
    });
  }

  close(): void {
    this.closed = true;
    this.socket?.destroy();
  }

  private connect(): void {
    if (this.closed) return;
    const socket = connect(this.path);
    socket.on('error', () => undefined); // 'close' follows
    socket.once('connect', () => {
      this.write = gatheredWrites(socket);
      this.socket = socket;
      if (this.closed) socket.destroy();
    });
    eachLine(socket, (line) => {
      const { id, ...answer } = line as Numbered<Answer>;
      this.waiting.get(id)?.(answer);
    });
    socket.once('close', () => {
      this.socket = null;
      for (const end of [...this.waiting.values()]) end({ error: 'Disconnected' });
      setTimeout(() => this.connect(), RECONNECT_MS);
    });
  }
}
