/** How long answers of one kind took, within a second. */
export interface Answered {
  readonly count: number;
  readonly p50: number;
  readonly p99: number;
  readonly max: number;
}

/** A second as who calls sees it. Answers are named by action and type of error, or `ok`. */
export interface Second {
  readonly sent: number;
  /** Calls without an answer at its end. */
  readonly underWay: number;
  readonly answers: Readonly<Record<string, Answered>>;
}

export class Tally {
  private sentNow = 0;
  private underWay = 0;
  private tookMs = new Map<string, number[]>();

  sent(action: string): { answered(type: string): void } {
    const startedAt = performance.now();
    this.sentNow++;
    this.underWay++;
    return {
      answered: (type) => {
        this.underWay--;
        const name = `${action} ${type}`;
        const took = this.tookMs.get(name) ?? [];
        took.push(performance.now() - startedAt);
        this.tookMs.set(name, took);
      },
    };
  }

  /** What was since the last one. */
  second(): Second {
    const { sentNow: sent, underWay, tookMs } = this;
    this.sentNow = 0;
    this.tookMs = new Map();
    const answers = Object.fromEntries([...tookMs].map(([name, took]) => [name, answeredOf(took)]));
    return { sent, underWay, answers };
  }
}

function answeredOf(took: number[]): Answered {
  took.sort((a, b) => a - b);
  const at = (share: number): number =>
    Math.round(took[Math.min(took.length - 1, Math.floor(share * took.length))] ?? 0);
  return { count: took.length, p50: at(0.5), p99: at(0.99), max: at(1) };
}
