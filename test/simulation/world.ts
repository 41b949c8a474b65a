import type { Ports } from '../../src/commands/settings';
import type { LeaseId, Log } from '../../src/domain';
import { queueKey } from '../../src/domain';
import type { Wrap } from '../support/world';
import type { Call } from './calls';
import { Calls } from './calls';
import { FaultCounts } from './faults';
import type { Ask } from './log/leasedLog';
import { leasedLog } from './log/leasedLog';
import type { LogStore } from './log/memoryLog';
import { memoryLog } from './log/memoryLog';
import type { StoredQueue } from './log/storedQueue';
import { Machine } from './machine';
import type { Setting } from './moves';
import { SimNode } from './node';
import { plainVault } from './plainVault';
import { plainValues, stepwiseLog, stepwiseProjection, stepwiseVault } from './ports';
import { QUEUE } from './queue';
import type { Photo } from './server';
import { Server } from './server';
import { Trace } from './trace';
import type { Observed } from './witness';
import { Witness } from './witness';

/** Something that is planted to be found: it breaks the ports of each node, or the fence of the servers. */
export interface Sabotage {
  readonly wrap?: Wrap;
  readonly withoutFence?: boolean;
}

/** A node in its place; when it dies another takes the place. */
export interface Slot {
  node: SimNode;
  server: 0 | 1;
  pausedAt: number;
}

const STARTED_AT = 1_700_000_000_000;

/** One log, two projection servers of which mostly one is seen, some nodes, and the time. */
export class World implements Observed {
  step = 0;
  trueMs = STARTED_AT;
  clockMaxMs = STARTED_AT;
  isClockTrue: boolean;
  readonly calls = new Calls();
  readonly faults = new FaultCounts();
  readonly witness = new Witness(this);
  readonly trace: Trace;
  readonly log: Log;
  readonly slots: Slot[] = [];
  photos: (Photo | null)[] = [];
  private readonly store: LogStore = new Map();
  private ids = 0;

  private constructor(
    readonly setting: Setting,
    readonly servers: readonly [Server, Server],
    private readonly sabotage: Sabotage,
    isTold: boolean,
  ) {
    this.trace = new Trace(isTold);
    this.log = memoryLog(this.store);
    this.isClockTrue = !setting.asyncVault;
    for (let slot = 0; slot < setting.nodes; slot++) {
      this.slots.push({ node: this.newNode(slot), server: 0, pausedAt: 0 });
    }
    if (setting.speeds.some((speed) => speed !== 1)) this.faults.fired('node clocks differ');
  }

  static async start(setting: Setting, sabotage: Sabotage, isTold: boolean): Promise<World> {
    let world: World | null = null;
    const time = (): number => world?.trueMs ?? STARTED_AT;
    const fenced = sabotage.withoutFence !== true;
    const first = await Server.start('first', time, fenced);
    const second = await Server.start('second', time, fenced);
    world = new World(setting, [first, second], sabotage, isTold);
    return world;
  }

  get stored(): StoredQueue | undefined {
    return this.store.get(queueKey(QUEUE))?.stored;
  }

  get epoch(): number {
    return this.stored?.head.epoch ?? 0;
  }

  get isBehind(): boolean {
    return this.slots.some(({ server }) => {
      const { openEpoch } = this.servers[server];
      return openEpoch !== null && openEpoch !== this.epoch;
    });
  }

  isLogged(index: number, leaseId: LeaseId): boolean {
    const rows = this.stored?.read([{ from: index, to: index }]) ?? [];
    return rows.some(({ event }) => event.type === 'Fetched' && event.leaseId === leaseId);
  }

  newNode(slot: number): SimNode {
    const speed = this.setting.speeds[slot] ?? 1;
    const machine = new Machine(() => this.trueMs - STARTED_AT, speed);
    return new SimNode(
      machine,
      this.portsOf(slot, machine),
      this.setting.segmentSize,
      this.sabotage.wrap ?? ((ports) => ports),
    );
  }

  crash(slot: Slot, at: number): void {
    const { machine } = slot.node;
    this.calls.abandon(machine);
    machine.gone = true;
    slot.node = this.newNode(at);
  }

  /** Time goes on, and the timers of each machine that is not paused fire in their order. */
  async pass(ms: number): Promise<void> {
    const end = this.trueMs + ms;
    this.clockMaxMs += ms;
    for (;;) {
      const next = this.nextTimer();
      if (!next || this.trueMs + next.msToTimer > end) break;
      this.trueMs += next.msToTimer;
      await this.fireTimers(next);
    }
    this.trueMs = end;
  }

  async fireTimers(machine: Machine): Promise<void> {
    const { timeOuts } = machine;
    await machine.fireTimers();
    this.faults.fired('call timed out', machine.timeOuts - timeOuts);
  }

  /** The machine whose timer is due first. */
  nextTimer(): Machine | null {
    let next: Machine | null = null;
    for (const { node } of this.slots) {
      const { machine } = node;
      if (machine.paused) continue;
      if (machine.msToTimer < (next?.msToTimer ?? Infinity)) next = machine;
    }
    return next;
  }

  jump(server: Server, ms: number): void {
    server.offsetMs += ms;
    this.clockMaxMs += Math.max(0, ms);
    this.isClockTrue = false;
  }

  /** What a call changes, as it is done: for the counts. */
  async settling(call: Call, work: () => Promise<void> | void): Promise<void> {
    const before = this.stored?.head;
    const statuses = this.stored?.segments;
    const isWork = call.name === 'log.closeSegment' || call.name === 'log.dropSegment';
    const was = isWork ? statuses?.map(({ status }) => status).join() : undefined;
    await work();
    const after = this.stored?.head;
    if (before && after && after.epoch !== before.epoch) {
      this.faults.fired(call.name === 'log.rewind' ? 'queue rewound' : 'queue rebuilt');
    }
    if (isWork && was !== this.stored?.segments.map(({ status }) => status).join()) {
      this.faults.fired(call.name === 'log.closeSegment' ? 'segment closed' : 'segment dropped');
    }
  }

  private portsOf(slot: number, machine: Machine): Ports {
    const ask: Ask = (name, run) => {
      if (name === 'log.raise' && this.calls.count(name) > 0) {
        this.faults.fired('rebuilders at once');
      }
      return this.calls.ask(machine, slot, name, run);
    };
    const stored = (): StoredQueue | undefined => this.stored;
    const log = stepwiseLog(this.log, stored, ask);
    const vault = this.setting.asyncVault ? stepwiseVault(this.vault, ask) : this.vault;
    return {
      log: this.setting.leased ? leasedLog(log, stored, machine, ask) : log,
      projection: stepwiseProjection(
        () => this.servers[this.slots[slot]?.server ?? 0].projection,
        ask,
      ),
      vault,
      values: plainValues,
      eventId: () => `event-${String(++this.ids).padStart(6, '0')}`,
      monotonic: () => machine.monotonic(),
      wait: (ms) => machine.wait(ms),
    };
  }

  /** Tells the witness which index a value was sealed for. */
  private readonly vault: Ports['vault'] = {
    ...plainVault,
    sealer: async (owner) => {
      const sealer = await plainVault.sealer(owner);
      return {
        ...sealer,
        seal: (place, fields) => {
          const value = fields['value'];
          if (place.type === 'Added' && value) {
            this.noted(() => this.witness.indexed(Number(value.toString()), place.index));
          }
          return sealer.seal(place, fields);
        },
      };
    },
  };

  /** The first promise that was broken, or bug that came out. */
  broken: Error | null = null;

  noted(look: () => void): void {
    try {
      look();
    } catch (error) {
      this.broken ??= error instanceof Error ? error : new Error(String(error));
    }
  }
}
