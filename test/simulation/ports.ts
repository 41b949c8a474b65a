import type { Ports } from '../../src/commands/settings';
import type { EventRow, Log, Projection, Vault } from '../../src/domain';
import type { Ask } from './log/leasedLog';
import type { StoredQueue } from './log/storedQueue';

const LOG = [
  ...['head', 'createQueue', 'claimSegment', 'raise', 'rewind', 'segments', 'closeSegment'],
  ...['dropSegment', 'append', 'confirm', 'read', 'record', 'rewinds', 'queues'],
] as const;
const PROJECTION = [
  ...['round', 'identity', 'announce', 'shutEpoch', 'restore', 'rewind', 'snapshot'],
] as const;
/** Few, so that a scan of small segments takes several steps, too. */
const PAGE_ROWS = 8;

/** Each call of the methods is a step. `target` is asked for as late as the call is made. */
function stepwise<P extends object>(
  prefix: string,
  methods: readonly string[],
  target: () => P,
  ask: Ask,
): P {
  const port: Record<string, unknown> = {};
  for (const method of methods) {
    port[method] = (...args: unknown[]) => {
      const on = target();
      const call = on[method as keyof P] as (...given: unknown[]) => Promise<unknown>;
      return ask(`${prefix}.${method}`, () => call.apply(on, args));
    };
  }
  return port as P;
}

export function stepwiseLog(log: Log, stored: () => StoredQueue | undefined, ask: Ask): Log {
  async function* scan(segment: Parameters<Log['scan']>[1]): AsyncGenerator<readonly EventRow[]> {
    let last: EventRow | null = null;
    for (;;) {
      const after: EventRow | null = last;
      const page: readonly EventRow[] = await ask('log.scan', async () =>
        (stored()?.ofSegment(segment) ?? [])
          .filter((row) => !after || isAfter(row, after))
          .slice(0, PAGE_ROWS)
          .map((row) => ({ ...row, payload: null })),
      );
      yield page;
      if (page.length < PAGE_ROWS) return;
      last = page.at(-1) ?? null;
    }
  }
  return {
    ...stepwise<Log>('log', LOG, () => log, ask),
    epochLeaseMs: log.epochLeaseMs,
    scan: (_, segment) => scan(segment),
  };
}

const isAfter = (a: EventRow, b: EventRow): boolean =>
  (a.index - b.index || a.epoch - b.epoch || a.version - b.version) > 0 ||
  (a.index === b.index && a.epoch === b.epoch && a.version === b.version && a.eventId > b.eventId);

export const stepwiseProjection = (target: () => Projection, ask: Ask): Projection =>
  stepwise('projection', PROJECTION, target, ask);

export const stepwiseVault = (vault: Vault, ask: Ask): Vault =>
  stepwise('vault', ['sealer', 'open'], () => vault, ask);

/** How values become bytes is not what is simulated. */
export const plainValues: Ports['values'] = {
  encode: (value) => Buffer.from(JSON.stringify(value)),
  decode: (bytes) => JSON.parse(bytes.toString()) as unknown,
};
