type Work = () => void;

interface Timer {
  readonly due: number;
  readonly fire: Work;
}

/**
 * What the process of one node stands on: turns of an event loop, timers and a monotonic clock of its own
 * speed. It can stand still, or be gone. The code of the commands uses the global timers, so these are
 * replaced while a history runs, and belong to the machine whose turn it is.
 */
export class Machine {
  paused = false;
  gone = false;
  /** How many calls found no answer in time. */
  timeOuts = 0;
  private immediates: Work[] = [];
  private timers: Timer[] = [];

  /** @param speed how fast its clock goes, of 1 */
  constructor(
    private readonly trueTime: () => number,
    private readonly speed: number,
  ) {}

  monotonic(): number {
    return this.trueTime() * this.speed;
  }

  wait(ms: number): Promise<void> {
    return new Promise((resolve) => void this.setTimer(resolve, ms));
  }

  /** Takes one turn: the work, all that follows from it at once, and the immediates it left. */
  async turn(work: Work): Promise<void> {
    takeTurn(this);
    work();
    await settled();
    while (this.immediates.length > 0) {
      const due = this.immediates;
      this.immediates = [];
      for (const immediate of due) immediate();
      await settled();
    }
    current = null;
  }

  /** In how much true time its next timer is due. */
  get msToTimer(): number {
    let due = Infinity;
    for (const timer of this.timers) due = Math.min(due, timer.due);
    return Math.max(0, (due - this.monotonic()) / this.speed);
  }

  /** Fires what is due by now, oldest first. */
  async fireTimers(): Promise<void> {
    for (;;) {
      const now = this.monotonic();
      let first: Timer | undefined;
      for (const timer of this.timers) {
        if (timer.due <= now + ROUNDING_MS && (!first || timer.due < first.due)) first = timer;
      }
      if (!first) return;
      this.clearTimer(first);
      await this.turn(first.fire);
    }
  }

  setTimer(fire: Work, ms: number): Timer {
    const timer = { due: this.monotonic() + ms, fire };
    this.timers.push(timer);
    return timer;
  }

  clearTimer(timer: Timer): void {
    const at = this.timers.indexOf(timer);
    if (at >= 0) this.timers.splice(at, 1);
  }

  setImmediate(work: Work): void {
    this.immediates.push(work);
  }
}

const ROUNDING_MS = 1e-3;

let current: Machine | null = null;
const takeTurn = (machine: Machine): void => {
  current = machine;
};

const turnOf = (): Machine => {
  if (!current) throw new Error('A timer was set outside of the turn of any machine');
  return current;
};

/** Resolves when no promise is left to go on: ticks come after all of them. */
const settled = (): Promise<void> =>
  new Promise((resolve) => {
    process.nextTick(resolve);
  });

/** Runs with the timers of machines in place of those of this process. */
export async function onMachines<A>(run: () => Promise<A>): Promise<A> {
  const { setImmediate, setTimeout, clearTimeout } = globalThis;
  interface Handle {
    readonly machine: Machine;
    readonly timer: Timer;
    unref(): Handle;
  }
  Object.assign(globalThis, {
    setImmediate: (work: Work) => {
      turnOf().setImmediate(work);
    },
    setTimeout: (fire: Work, ms: number): Handle => {
      const machine = turnOf();
      const late = (): void => {
        machine.timeOuts++;
        fire();
      };
      const handle = { machine, timer: machine.setTimer(late, ms), unref: () => handle };
      return handle;
    },
    clearTimeout: (handle?: Handle) => handle?.machine.clearTimer(handle.timer),
  });
  try {
    return await run();
  } finally {
    current = null;
    Object.assign(globalThis, { setImmediate, setTimeout, clearTimeout });
  }
}
