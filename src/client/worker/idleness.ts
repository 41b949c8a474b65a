/** Tells once that all slots of a worker have found nothing to do, until one has. */
export class Idleness {
  /** Names of the slots that have found nothing since their last task. */
  private readonly empty = new Set<string>();
  private told = false;

  constructor(
    private readonly slots: number,
    private readonly onIdle: () => void,
  ) {}

  foundTask(slot: string): void {
    this.empty.delete(slot);
    this.told = false;
  }

  foundNothing(slot: string): void {
    this.empty.add(slot);
    if (this.told || this.empty.size < this.slots) return;
    this.told = true;
    this.onIdle();
  }
}
