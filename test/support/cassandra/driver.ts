import { Client, errors } from 'cassandra-driver';

/** What a call of the driver is about: all its statements as one text. */
type Matching = (cql: string) => boolean;

type Call = (...args: unknown[]) => Promise<unknown>;
/** Stands between the log and the server; `send` does what was asked. */
export type Intercept = (send: () => Promise<unknown>, cql: string) => Promise<unknown>;

export const writesEvents: Matching = (cql) => /INSERT INTO \S+\.queue_events/.test(cql);
export const isConditional: Matching = (cql) => /\bIF (epoch|status|sealed_to)\b/.test(cql);
export const looksAtEpoch: Matching = (cql) =>
  cql.startsWith('SELECT epoch, claimed_to, segment_size');

/** Lets `intercept` do every matching call of all clients of this process, until it is undone. */
export function interceptDriver(matching: Matching, intercept: Intercept): () => void {
  const undo = (['execute', 'batch'] as const).map((name) => {
    const original = Client.prototype[name] as unknown as Call;
    const replaced: Call = function (this: Client, ...args) {
      const cql = textOf(args[0]);
      const send = (): Promise<unknown> => original.apply(this, args);
      return matching(cql) ? intercept(send, cql) : send();
    };
    Object.assign(Client.prototype, { [name]: replaced });
    return () => Object.assign(Client.prototype, { [name]: original });
  });
  return () => {
    for (const each of undo) each();
  };
}

/** How often matching calls are made from now on. */
export function countCalls(matching: Matching): { readonly count: number; stop(): void } {
  let count = 0;
  const stop = interceptDriver(matching, (send) => {
    count += 1;
    return send();
  });
  return {
    get count() {
      return count;
    },
    stop,
  };
}

export const timedOut = (): Error => new errors.OperationTimedOutError('no answer came', 'a node');
export const noHost = (): Error => new errors.NoHostAvailableError({}, 'nobody is there');

/** The server does it, and its answer is lost. */
export const loseAnswer: Intercept = async (send) => {
  await send();
  throw timedOut();
};

/** It never comes to the server, which nobody can tell. */
export const loseRequest: Intercept = async () => {
  throw timedOut();
};

/** What a call asked for, and where the server keeps what it took it for. */
export interface Traced {
  readonly cql: string;
  readonly traceId: unknown;
}

/** Lets the server trace all calls of all clients of this process, until it is undone. */
export function traceDriver(): { readonly calls: readonly Traced[]; stop(): void } {
  const calls: Traced[] = [];
  const undo = (['execute', 'batch'] as const).map((name) => {
    const original = Client.prototype[name] as unknown as Call;
    const options = name === 'execute' ? 2 : 1;
    const replaced: Call = async function (this: Client, ...args) {
      args[options] = { ...(args[options] as object), traceQuery: true };
      const result = await original.apply(this, args);
      const { traceId } = (result as { info: { traceId: unknown } }).info;
      calls.push({ cql: textOf(args[0]), traceId });
      return result;
    };
    Object.assign(Client.prototype, { [name]: replaced });
    return () => Object.assign(Client.prototype, { [name]: original });
  });
  return {
    calls,
    stop() {
      for (const each of undo) each();
    },
  };
}

const textOf = (asked: unknown): string =>
  typeof asked === 'string'
    ? asked
    : (asked as { query: string }[]).map(({ query }) => query).join('\n');
