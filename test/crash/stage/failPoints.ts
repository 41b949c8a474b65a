import type { Log, Projection } from '../../../src/domain';

/** Where a node of a test can be told to die, at its standard input; nothing in src knows of it. */
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

/** These ports, in a process that dies once it comes where `toldTo` says. */
export function dying<P extends { readonly log: Log; readonly projection: Projection }>(
  ports: P,
  toldTo: () => Dies | null,
): P {
  let times = 0;
  const around = async <A>(name: string, work: () => Promise<A>): Promise<A> => {
    const told = toldTo();
    const isNear = told?.at.endsWith(` ${name}`) === true && ++times >= told.time;
    if (isNear && told.at.startsWith('before')) die();
    const done = await work();
    if (isNear) die();
    return done;
  };
  const log = replaced(ports.log, {
    append: (...args) => around('append', () => ports.log.append(...args)),
  });
  const round = async (...args: Parameters<Projection['round']>) => {
    const asked = args[2].map((operation) => operation.do);
    const what = asked.find((name) => toldTo()?.at.endsWith(` ${name}`) === true);
    return around(what ?? '', () => ports.projection.round(...args));
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
