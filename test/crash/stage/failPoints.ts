import type { Log, Operation, Projection } from '../../../src/domain';

/** Where a node can be told to die, by FAIL_POINT; a production process reads no such thing. */
export const FAIL_POINTS = [
  'before append',
  'after append',
  'after reserve',
  'after publish',
  'after claim',
  'after settle',
] as const;
export type FailPoint = (typeof FAIL_POINTS)[number];

export interface Dies {
  readonly at: FailPoint;
  /** At which time it comes there. */
  readonly time: number;
}

/** As a crash does. */
function die(): never {
  process.kill(process.pid, 'SIGKILL');
  for (;;); // the signal comes before anything else happens
}

/** These ports, in a process that dies there. */
export function dying<P extends { readonly log: Log; readonly projection: Projection }>(
  ports: P,
  { at, time }: Dies,
): P {
  const [when, what] = at.split(' ') as ['before' | 'after', string];
  let times = 0;
  const around = async <A>(name: string, work: () => Promise<A>): Promise<A> => {
    const isIt = name === what && ++times === time;
    if (isIt && when === 'before') die();
    const done = await work();
    if (isIt) die();
    return done;
  };
  const log = replaced(ports.log, {
    append: (...args) => around('append', () => ports.log.append(...args)),
  });
  const round = async (...args: Parameters<Projection['round']>) => {
    const asked = (args[2] as readonly Operation[]).some((operation) => operation.do === what);
    return around(asked ? what : '', () => ports.projection.round(...args));
  };
  const projection = replaced(ports.projection, { round: round as Projection['round'] });
  return { ...ports, log, projection };
}

const replaced = <P extends object>(port: P, methods: Partial<P>): P =>
  new Proxy(port, {
    get: (_, name) => {
      const own: unknown = Reflect.get(methods, name);
      if (own !== undefined) return own;
      const value: unknown = Reflect.get(port, name);
      return typeof value === 'function' ? (value.bind(port) as unknown) : value;
    },
  });
