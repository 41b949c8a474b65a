import type { CallName, Fate } from './calls';

/** What a client, an operator or a job wants of a node. */
export type Action =
  | { readonly type: 'add'; readonly value: number; readonly token: boolean }
  | {
      readonly type: 'fetch';
      readonly worker: string;
      readonly ttrMs: number;
      readonly recoverBy: 'lease' | 'caller';
    }
  /** `means`: the lease that the worker was told last, the one before that, or whichever it holds. */
  | { readonly type: 'ack'; readonly worker: string; readonly means: 'last' | 'former' | 'any' }
  | { readonly type: 'rewind'; readonly last: number }
  | { readonly type: 'job'; readonly job: Job }
  | { readonly type: 'rebuild' }
  | { readonly type: 'info' };

export const JOBS = ['recover', 'sweep', 'closeSegments', 'retain'] as const;
export type Job = (typeof JOBS)[number];

/**
 * One decision of the scheduler. A history is its moves; each names what it is about, so that a move that
 * finds nothing to do, in a history that was shortened, is passed over.
 */
export type Move =
  /** Calls that come in one turn of the event loop of a node. */
  | { readonly do: 'start'; readonly slot: number; readonly actions: readonly Action[] }
  | ({ readonly do: 'step'; readonly fate: Fate } & CallName)
  /** A call that nobody waits for any more is done after all. */
  | ({ readonly do: 'land' } & CallName)
  | { readonly do: 'crash' | 'pause' | 'resume'; readonly slot: number }
  | { readonly do: 'pass'; readonly ms: number }
  | { readonly do: 'jump'; readonly server: number; readonly ms: number }
  | { readonly do: 'photo' }
  | { readonly do: 'wipe' | 'restart'; readonly server: number }
  | { readonly do: 'set back'; readonly server: number; readonly photo: number }
  /** The nodes in `slots` see the other server, which holds what a photo shows; -1: what is there now. */
  | { readonly do: 'split'; readonly slots: readonly number[]; readonly photo: number }
  | { readonly do: 'join'; readonly server: number };

/** What never changes in a history. */
export interface Setting {
  readonly nodes: number;
  /** How fast the clock of each node goes, of 1. */
  readonly speeds: readonly number[];
  readonly segmentSize: number;
  /** The log confirms by the epoch lease, as on Cassandra, or tests the epoch itself, as SQLite does. */
  readonly leased: boolean;
  readonly asyncVault: boolean;
}

export interface Plan {
  readonly setting: Setting;
  readonly moves: readonly Move[];
}

export function describe(move: Move): string {
  switch (move.do) {
    case 'start':
      return `node ${move.slot}: ${move.actions.map(describeAction).join(' + ')}`;
    case 'step':
      return `node ${move.slot}: ${move.name} ${move.fate}`;
    case 'land':
      return `node ${move.slot}: ${move.name} lands, nobody waits for it`;
    case 'crash':
    case 'pause':
    case 'resume':
      return `node ${move.slot} ${move.do}s`;
    case 'pass':
      return `${move.ms} ms pass`;
    case 'jump':
      return `the clock of server ${move.server} jumps by ${move.ms} ms`;
    case 'photo':
      return 'what the servers hold is remembered';
    case 'wipe':
      return `server ${move.server} is wiped`;
    case 'restart':
      return `server ${move.server} starts again, with all it held`;
    case 'set back':
      return `server ${move.server} is set back to what it held before (${move.photo})`;
    case 'split':
      return `nodes ${move.slots.join()} see server 1, with ${move.photo < 0 ? 'the same' : 'something older'}`;
    case 'join':
      return `all nodes see server ${move.server}`;
  }
}

export function describeAction(action: Action): string {
  switch (action.type) {
    case 'add':
      return `add ${action.value}${action.token ? ' with a token' : ''}`;
    case 'fetch':
      return `${action.worker} fetches for ${action.ttrMs} ms${action.recoverBy === 'caller' ? ' by its own time' : ''}`;
    case 'ack':
      return `${action.worker} acks ${action.means === 'any' ? 'what it holds' : `its ${action.means} lease`}`;
    case 'rewind':
      return `rewind to ${action.last}`;
    case 'job':
      return action.job;
    case 'rebuild':
    case 'info':
      return action.type;
  }
}
