/** The story of a history: hashed always, told only if somebody wants to read it. */
export class Trace {
  readonly lines: string[] = [];
  private high = 0x811c9dc5;
  private low = 0x9e3779b9;

  constructor(private readonly isTold: boolean) {}

  /** `line` is asked for only where the trace is told; `essence` is what is hashed. */
  note(essence: string, line: () => string = () => essence): void {
    for (let i = 0; i < essence.length; i++) {
      const code = essence.charCodeAt(i);
      this.high = Math.imul(this.high ^ code, 0x01000193);
      this.low = Math.imul(this.low ^ code, 0x85ebca6b) + 1;
    }
    if (this.isTold) this.lines.push(line());
  }

  get hash(): string {
    const hex = (n: number): string => (n >>> 0).toString(16).padStart(8, '0');
    return hex(this.high) + hex(this.low);
  }
}
