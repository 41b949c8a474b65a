import { untilAtRest } from '../cpu';
import type { Spread } from '../measure';
import { inTurn, perSecond } from '../measure';
import type { BenchQueue } from '../benchQueue';
import type { Contender, Family, OpenContender } from '../peers/contender';
import { Servers } from '../started/servers';
import type { ServersQueue } from '../started/serversQueue';

const WARM_UP_CALLERS = 64;
/** Slices of a warm-up, each as long as a measurement. */
const WARM_UPS = { min: 8, max: 40 };
/** It is over when so many slices in a row were no faster than those before by this much. */
const NO_FASTER = { slices: 4, by: 1.03 };

type Work = (queue: BenchQueue, caller: number) => Promise<unknown>;

export const add: Work = (queue, caller) => queue.add(caller);
export const cycle: Work = async (queue, caller) => {
  await queue.add(caller);
  await queue.takeAndFinish(caller);
};

interface Settings {
  readonly quick: boolean;
  readonly rounds: number;
  readonly forMs: number;
  readonly only: readonly Family[];
}

/** What the tables of one run share. */
export class Run {
  private readonly servers = new Servers();
  private readonly opened = new Map<string, Promise<OpenContender>>();
  private readonly pids = new Set<number>();

  constructor(readonly settings: Settings) {}

  /** How often a second each contender does it, in turn, each time on a new queue and when servers rest. */
  async perSecond(
    contenders: readonly Contender[],
    work: Work,
    callers: number,
  ): Promise<readonly (Spread & { readonly name: string; readonly configuration: string })[]> {
    const taking = contenders.filter(({ family }) => this.settings.only.includes(family));
    const open = new Map<string, OpenContender>();
    for (const contender of taking) open.set(contender.name, await this.open(contender, work));
    process.stderr.write(`${String(callers)} callers ...\n`);
    const spreads = await inTurn(
      this.settings.rounds,
      Object.fromEntries(
        [...open].map(([name, contender]) => [name, () => this.once(contender, work, callers)]),
      ),
    );
    return [...open].map(([name, { configuration }]) => ({
      name,
      configuration,
      ...spreads[name]!,
    }));
  }

  async ours(): Promise<ServersQueue> {
    const ours = await this.servers.ours('periodic');
    for (const pid of Object.values(ours.pids)) this.pids.add(pid);
    return ours;
  }

  /** Once each, one after the other, in every round. */
  inTurn<Name extends string>(measure: Readonly<Record<Name, () => Promise<number>>>) {
    return inTurn(this.settings.rounds, measure);
  }

  /** What compiles hot code gets faster for a minute, the JVM above all: until it does not any more. */
  async warmUp(perSecondFor: (forMs: number) => Promise<number>): Promise<void> {
    let best = 0;
    let noFaster = 0;
    for (let slice = 1; slice <= WARM_UPS.max; slice++) {
      const rate = await perSecondFor(this.settings.forMs);
      noFaster = rate > best * NO_FASTER.by ? 0 : noFaster + 1;
      best = Math.max(best, rate);
      if (slice >= WARM_UPS.min && noFaster >= NO_FASTER.slices) return;
    }
  }

  async rest(): Promise<void> {
    await untilAtRest([...this.pids]);
  }

  async close(): Promise<void> {
    for (const contender of await Promise.allSettled(this.opened.values())) {
      if (contender.status === 'fulfilled') await contender.value.close();
    }
    await this.servers.stop();
  }

  private open(contender: Contender, work: Work): Promise<OpenContender> {
    let opened = this.opened.get(contender.name);
    if (opened === undefined) {
      opened = this.openWarm(contender, work);
      this.opened.set(contender.name, opened);
    }
    return opened;
  }

  private async openWarm(contender: Contender, work: Work): Promise<OpenContender> {
    const open = await contender.open(this.servers);
    for (const pid of open.pids) this.pids.add(pid);
    process.stderr.write(`warming up ${contender.name} ...\n`);
    const queue = await open.newQueue(WARM_UP_CALLERS);
    await this.warmUp((forMs) =>
      perSecond(WARM_UP_CALLERS, forMs, (caller) => work(queue, caller)),
    );
    await queue.close?.();
    return open;
  }

  private async once(contender: OpenContender, work: Work, callers: number): Promise<number> {
    const queue = await contender.newQueue(callers);
    await this.rest();
    const rate = await perSecond(callers, this.settings.forMs, (caller) => work(queue, caller));
    await queue.close?.();
    return rate;
  }
}
