import { land } from './log';
import { Rules } from './rules';
import type { Fault, Given, Scenario, Start } from './scenario';
import type { Command, JobKind, Wish, World } from './world';

/** What a scenario is made of. */

export const ANY: Fault[] = [
  'crash',
  'answer lost',
  'append unknown',
  'change unknown',
  'wipe',
  'flush',
];
export const ALL: Fault[] = [...ANY, 'stale replica', 'fail back', 'split'];

export const node = (id: string, ...batches: Wish[][]): Start => ({
  kind: 'node',
  id,
  times: 1,
  batches,
});
export const times = (start: Start, n: number): Start => ({ ...start, times: n });
export const after = (start: Start, ...ids: string[]): Start => ({ ...start, after: ids });
export const named = (start: Start, id: string): Start => ({ ...start, id });
export const add = node('add', [{ kind: 'add' }]);
export const fetch = (worker: string): Start =>
  node(`fetch-${worker}`, [{ kind: 'fetch', worker }]);
export const ack = (worker: string, token = false): Start =>
  node(`ack-${worker}`, [{ kind: 'ack', worker, token }]);
export const recover = node('recover', [{ kind: 'recover' }]);
export const sweep = node('sweep', [{ kind: 'sweep' }]);
export const close = node('close', [{ kind: 'close' }]);
export const job = (kind: JobKind, number = 0, unasked = false): Start => ({
  ...{ kind, id: unasked ? `${kind}-asked` : kind, times: 1, number, unasked },
});
export const rebuild = job('rebuild');
export const rebuildAsked = job('rebuild', 0, true);
export const rewind = (last = 0): Start => job('rewind', last);
export const retain = job('retain', 1);

export const A: Wish = { kind: 'add' };
export const F = (worker: string): Wish => ({ kind: 'fetch', worker });
export const K = (worker: string, blind = false): Wish => ({ kind: 'ack', worker, blind });
export const C: Wish = { kind: 'close' };

export function scenario(
  name: string,
  starts: Start[],
  given: Given = {},
  faults: Fault[] = [],
  [faultsMax, expiriesMax]: [number, number] = [faults.length > 0 ? 1 : 0, 0],
): Scenario {
  return { name, starts, faults, faultsMax, expiriesMax, given };
}

/** An add is at work. */
export const preparing =
  (id: string, command: Partial<Command>) =>
  (world: World): void => {
    world.nodes.push({
      ...{ id, server: 0, epoch: command.epoch ?? 1, forgets: false, batches: [] },
      commands: [{ ...NOTHING, id, kind: 'add', step: 'append', ...command }],
    });
  };
export const reserving = (index: number): ((world: World) => void) =>
  preparing('slow-add', { index, version: index, epoch: 1 });
const NOTHING: Omit<Command, 'id' | 'kind' | 'step'> = {
  ...{ worker: '', index: 0, lease: '', version: 0, recovered: 0, epoch: 0, other: '' },
  ...{ indices: [], means: '', flag: false, number: 0, rewound: 0 },
};

export function arrange(world: World, rows: Parameters<typeof land>[1]): void {
  const broken = (text: string): never => {
    throw new Error(text);
  };
  land({ world, rules: new Rules(), broken }, rows);
}
