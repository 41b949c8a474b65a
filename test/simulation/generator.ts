import type { Fate } from './calls';
import type { History } from './history';
import { LEASE_MS_MIN } from './history';
import type { Action, Move, Setting } from './moves';
import { JOBS } from './moves';
import type { Random } from './random';
import type { Scheduler } from './run';

const WORKERS = ['w1', 'w2', 'w3'];
const ACTIONS_MIN = 10;
const ACTIONS_MAX = 40;
const MOVES_MAX = 600;
const PASSES_MS = [1, 40, 250, 700, 1_300, 2_600, 6_000];
const JUMPS_MS = [400, 5_000, -400, -5_000];

type Disturbance = 'crash' | 'pause' | 'split' | 'wipe' | 'set back' | 'restart' | 'jump';
const DISTURBANCES: readonly Disturbance[] = [
  ...(['crash', 'pause', 'split', 'wipe', 'set back', 'restart', 'jump'] as const),
];
const BAD_FATES: readonly Fate[] = ['lost', 'refused', 'unsent', 'late', 'late answer'];

/** What a history is like: each has a few kinds of faults, often, rather than all of them, rarely. */
interface Mood {
  readonly actions: Readonly<Record<Action['type'], number>>;
  readonly disturbances: readonly Disturbance[];
  /** In how many of its moves. */
  readonly disturbed: number;
  readonly fates: readonly Fate[];
  readonly failing: number;
  /** The oldest call first, in so many moves; else any. */
  readonly inOrder: number;
  readonly passing: number;
  readonly tokens: boolean;
  readonly anyAcks: boolean;
  readonly callerTimes: boolean;
}

export function settingOf(random: Random): Setting {
  const nodes = random.between(2, 3);
  const skewed = random.chance(0.3);
  return {
    nodes,
    speeds: Array.from({ length: nodes }, () => (skewed ? random.between(93, 107) / 100 : 1)),
    segmentSize: random.of([2, 4, 4, 4, 8]),
    leased: random.chance(0.5),
    asyncVault: random.chance(0.1),
  };
}

function moodOf(random: Random): Mood {
  const some = <A>(all: readonly A[]): A[] => all.filter(() => random.chance(0.4));
  const calm = random.chance(0.1);
  return {
    actions: {
      add: 10,
      fetch: 10,
      ack: 8,
      rewind: random.chance(0.5) ? 1 : 0,
      job: random.of([0, 2, 5]),
      rebuild: random.of([0, 0, 1, 3]),
      info: 0.3,
    },
    disturbances: calm ? [] : some(DISTURBANCES),
    disturbed: random.of([0.01, 0.03, 0.08]),
    fates: calm ? [] : some(BAD_FATES),
    failing: random.of([0.01, 0.04, 0.12]),
    inOrder: random.of([0.2, 0.8]),
    passing: random.of([0.02, 0.08]),
    tokens: random.chance(0.2),
    anyAcks: random.chance(0.1),
    callerTimes: random.chance(0.1),
  };
}

/** The moves of a history, each chosen by what is under way. */
export function generator(random: Random): Scheduler {
  const mood = moodOf(random);
  let actionsLeft = random.between(ACTIONS_MIN, ACTIONS_MAX);
  let values = 0;

  const action = ({ world }: History): Action => {
    switch (random.weighted(mood.actions)) {
      case 'add':
        return { type: 'add', value: ++values, token: mood.tokens && random.chance(0.5) };
      case 'fetch': {
        const ttrMs = random.of([LEASE_MS_MIN, 900, 2_000, 20_000]);
        const caller = mood.callerTimes && random.chance(0.3);
        const recoverBy = caller ? 'caller' : 'lease';
        return { type: 'fetch', worker: random.of(WORKERS), ttrMs, recoverBy };
      }
      case 'ack': {
        const holders = WORKERS.filter((worker) => world.witness.hasToAck(worker));
        const means = mood.anyAcks && random.chance(0.3) ? 'any' : 'last';
        const former = random.chance(0.05);
        const worker = random.of(holders.length > 0 ? holders : WORKERS);
        return { type: 'ack', worker, means: former ? 'former' : means };
      }
      case 'rewind':
        return { type: 'rewind', last: random.below(values + 1) };
      case 'job':
        return { type: 'job', job: random.of(JOBS) };
      case 'rebuild':
        return { type: 'rebuild' };
      case 'info':
        return { type: 'info' };
    }
  };

  const start = (slot: number, history: History): Move => {
    const { clients } = history;
    const count = Math.min(actionsLeft, random.chance(0.2) ? random.between(2, 4) : 1);
    actionsLeft -= count;
    const actions = Array.from({ length: count }, () => action(history)).filter(
      (one) => !('worker' in one) || clients.isFree(one.worker, random.chance(0.2) ? 2 : 1),
    );
    return { do: 'start', slot, actions };
  };

  const disturb = ({ world }: History): Move => {
    const slot = random.below(world.slots.length);
    const server = random.chance(0.85) ? 0 : 1;
    switch (random.of(mood.disturbances)) {
      case 'crash':
        return { do: 'crash', slot };
      case 'pause':
        return { do: world.slots[slot]?.node.machine.paused ? 'resume' : 'pause', slot };
      case 'jump':
        return { do: 'jump', server, ms: random.of(JUMPS_MS) };
      case 'wipe':
        return { do: 'wipe', server };
      case 'restart':
        return { do: 'restart', server };
      case 'set back':
        return random.chance(0.5)
          ? { do: 'photo' }
          : { do: 'set back', server, photo: random.below(100) };
      case 'split': {
        if (world.slots.some(({ server: seen }) => seen === 1) && random.chance(0.6)) {
          return { do: 'join', server: random.below(2) };
        }
        const slots = world.slots.map((_, at) => at).filter(() => random.chance(0.5));
        return { do: 'split', slots, photo: random.chance(0.5) ? -1 : random.below(100) };
      }
    }
  };

  return (history) => {
    const { world, clients, moves } = history;
    if (moves.length >= MOVES_MAX) return null;
    if (mood.disturbances.length > 0 && random.chance(mood.disturbed)) return disturb(history);
    if (random.chance(mood.passing)) return { do: 'pass', ms: random.of(PASSES_MS) };
    const { orphans, awaited } = world.calls;
    if (orphans.length > 0 && random.chance(0.05)) {
      const { slot, name } = random.of(orphans);
      return { do: 'land', slot, name };
    }

    const free = world.slots.flatMap(({ node }, at) => (node.machine.paused ? [] : [at]));
    const wantsStart = clients.underWay.size < 2 || random.chance(0.12);
    if (actionsLeft > 0 && free.length > 0 && wantsStart) return start(random.of(free), history);
    if (awaited.length > 0) {
      const call = (random.chance(mood.inOrder) ? awaited[0] : undefined) ?? random.of(awaited);
      const { slot, name } = call;
      const fails = mood.fates.length > 0 && random.chance(mood.failing);
      return { do: 'step', slot, name, fate: fails ? random.of(mood.fates) : 'done' };
    }
    if (actionsLeft === 0 && clients.underWay.size === 0) return null;
    const paused = world.slots.findIndex(({ node }) => node.machine.paused);
    if (paused >= 0 && random.chance(0.3)) return { do: 'resume', slot: paused };
    return { do: 'pass', ms: random.of(PASSES_MS) };
  };
}
