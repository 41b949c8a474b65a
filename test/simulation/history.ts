import { FATES } from './calls';
import type { Call, Fate } from './calls';
import { Clients } from './clients';
import type { Move } from './moves';
import { describe } from './moves';
import type { Slot, World } from './world';

/** A history under way: a world, and the moves made in it. */
export class History {
  readonly moves: Move[] = [];
  readonly clients: Clients;
  /** What was left for the node that drains the queue. */
  readonly drained = new Set<number>();

  constructor(readonly world: World) {
    this.clients = new Clients(world);
  }

  /** One step more; a move that finds nothing to do is passed over. */
  async make(move: Move): Promise<void> {
    const { world } = this;
    world.step++;
    switch (move.do) {
      case 'start': {
        const slot = world.slots[move.slot];
        if (!slot || slot.node.machine.paused) return;
        this.note(move);
        const { node } = slot;
        return node.machine.turn(() => {
          for (const action of move.actions) this.clients.start(node, action);
        });
      }
      case 'step': {
        const call = world.calls.find(move, false);
        if (!call) return;
        this.note(move);
        return this.settle(call, move.fate);
      }
      case 'land': {
        const call = world.calls.find(move, true);
        if (!call) return;
        this.note(move);
        return this.land(call);
      }
      case 'crash':
      case 'pause':
      case 'resume': {
        const slot = world.slots[move.slot];
        if (!slot) return;
        if (move.do !== 'crash' && slot.node.machine.paused === (move.do === 'pause')) return;
        this.note(move);
        return this[move.do](slot, move.slot);
      }
      case 'pass':
        this.note(move);
        return world.pass(move.ms);
      default:
        this.note(move);
        this.disturb(move);
    }
  }

  async settle(call: Call, fate: Fate): Promise<void> {
    const { faults } = this.world;
    const isAppend = call.name === 'log.append' || call.name === 'log.write';
    if (fate === 'lost')
      faults.fired(isAppend ? 'answer of an append lost' : 'answer of a call lost');
    if (fate === 'refused') faults.fired('call refused');
    if (fate === 'unsent') faults.fired('call never sent');
    if (fate === 'late' && isAppend) faults.fired('append given up by its caller');
    await this.world.settling(call, () => this.world.calls.settle(call, fate));
  }

  async land(call: Call): Promise<void> {
    const { faults } = this.world;
    const isAppend = call.name === 'log.append' || call.name === 'log.write';
    if (call.machine.gone) faults.fired('call done after its node died');
    else if (isAppend) faults.fired('append landed after its caller gave up');
    await this.world.settling(call, () => this.world.calls.land(call));
  }

  async resume(slot: Slot): Promise<void> {
    const { world } = this;
    const { machine } = slot.node;
    const ms = world.trueMs - slot.pausedAt;
    if (ms > EPOCH_LEASE_MS) world.faults.fired('node paused beyond the epoch lease');
    if (ms > LEASE_MS_MIN) world.faults.fired('node paused beyond a lease');
    machine.paused = false;
    await world.fireTimers(machine);
  }

  private async pause(slot: Slot): Promise<void> {
    this.world.faults.fired('node paused');
    slot.pausedAt = this.world.trueMs;
    slot.node.machine.paused = true;
  }

  private async crash(slot: Slot, at: number): Promise<void> {
    const { faults, calls } = this.world;
    faults.fired('node crashed');
    if (calls.isAsking(slot.node.machine)) faults.fired('node crashed with calls under way');
    this.clients.abandon(slot.node);
    this.world.crash(slot, at);
  }

  private disturb(
    move: Exclude<Move, { do: 'start' | 'step' | 'land' | 'crash' | 'pause' | 'resume' | 'pass' }>,
  ): void {
    const { world } = this;
    const { servers, photos, faults } = world;
    const server = 'server' in move ? (servers[move.server] ?? servers[0]) : servers[0];
    switch (move.do) {
      case 'jump':
        faults.fired(move.ms > 0 ? 'clock jumped ahead' : 'clock jumped back');
        {
          world.jump(server, move.ms);
          return;
        }
      case 'photo':
        photos.push(servers[0].photo(), servers[1].photo());
        return;
      case 'wipe':
        faults.fired('projection wiped');
        {
          server.restart(null);
          return;
        }
      case 'restart':
        faults.fired('projection restarted');
        {
          server.restart(server.photo());
          return;
        }
      case 'set back':
        if (photos.length === 0) return;
        faults.fired('projection set back');
        {
          server.restart(photos[move.photo % photos.length] ?? null);
          return;
        }
      case 'split': {
        const older = move.photo < 0 ? undefined : photos[move.photo % (photos.length || 1)];
        faults.fired('projection split');
        servers[1].restart(older === undefined ? servers[0].photo() : older);
        world.slots.forEach((slot, at) => (slot.server = move.slots.includes(at) ? 1 : 0));
        return;
      }
      case 'join':
        faults.fired('projection joined');
        for (const slot of world.slots) slot.server = move.server === 1 ? 1 : 0;
    }
  }

  private note(move: Move): void {
    const { world } = this;
    const essence = 'name' in move ? move.do + move.name + String(move.slot) : move.do;
    const fate = 'fate' in move ? FATES.indexOf(move.fate) : '';
    world.trace.note(`${essence}${String(fate)}`, () => describe(move));
  }
}

const EPOCH_LEASE_MS = 1_000;
/** The shortest that a worker asks for. */
export const LEASE_MS_MIN = 300;
