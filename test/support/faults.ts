import type { Ports } from '../../src/commands/settings';
import { LogUnavailable, OutcomeUnknown, ProjectionUnavailable } from '../../src/domain';
import type { Wrap } from './world';

/**
 * How a call of a port goes wrong: `refused` is not done and says so; `lost` is done, but its answer is
 * lost; `unsent` is not done, and nobody knows; the two `dies` never answer, as where the process died.
 */
export const FAULTS = ['refused', 'lost', 'unsent', 'dies before', 'dies after'] as const;
export type Fault = (typeof FAULTS)[number];

/** What may go wrong: every call of the log and of the projection. */
export interface Step {
  readonly port: 'log' | 'projection';
  readonly method: string;
}

/** Counts the calls of a node's ports and lets the call number `at` (from 0) go wrong. */
export class FaultyPorts {
  readonly steps: Step[] = [];
  /** A node that died does nothing any more. */
  private dead = false;
  fired = false;

  constructor(
    private readonly at: number,
    private readonly fault: Fault,
  ) {}

  readonly wrap: Wrap = (ports) => ({
    ...ports,
    log: this.faulty(ports, 'log'),
    projection: this.faulty(ports, 'projection'),
  });

  private faulty<P extends Step['port']>(ports: Ports, port: P): Ports[P] {
    const target = ports[port] as object;
    const around = (method: string, call: (...args: unknown[]) => unknown) => {
      return (...args: unknown[]): unknown => {
        if (this.dead) return never(method);
        const step = this.steps.length;
        this.steps.push({ port, method });
        if (step !== this.at) return call.apply(target, args);
        this.fired = true;
        return this.goWrong(port, method, () => call.apply(target, args));
      };
    };
    return new Proxy(target, {
      get: (_, name) => {
        const value: unknown = Reflect.get(target, name);
        return typeof value === 'function' && typeof name === 'string'
          ? around(name, value as (...args: unknown[]) => unknown)
          : value;
      },
    }) as Ports[P];
  }

  private goWrong(port: Step['port'], method: string, call: () => unknown): unknown {
    const what = `${port}.${method}`;
    switch (this.fault) {
      case 'refused':
        return rejected(
          port === 'log' ? new LogUnavailable(what) : new ProjectionUnavailable(what),
          method,
        );
      case 'unsent':
        return rejected(new OutcomeUnknown(what), method);
      case 'lost':
        return ITERABLE.has(method)
          ? rejected(new OutcomeUnknown(what), method)
          : Promise.resolve(call()).then(() => {
              throw new OutcomeUnknown(what);
            });
      case 'dies before':
        this.dead = true;
        return never(method);
      case 'dies after':
        this.dead = true;
        void Promise.resolve(call()).catch(() => undefined);
        return never(method);
    }
  }
}

/** These give an iterable, the others a promise. */
const ITERABLE = new Set(['scan', 'stored']);
const settling = (method: string, next: () => Promise<never>): unknown =>
  ITERABLE.has(method) ? { [Symbol.asyncIterator]: () => ({ next }) } : next();
const never = (method: string): unknown => settling(method, () => new Promise(() => undefined));
const rejected = (error: Error, method: string): unknown =>
  settling(method, () => Promise.reject(error));
