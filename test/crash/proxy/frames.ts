/** Cuts a stream of bytes into whole frames; what is left waits for more. */
export class Frames {
  private rest: Buffer = Buffer.alloc(0);

  /** @param lengthOf of the frame that begins with these bytes; null: too few to tell */
  constructor(private readonly lengthOf: (bytes: Buffer) => number | null) {}

  take(bytes: Buffer): Buffer[] {
    let all = this.rest.length === 0 ? bytes : Buffer.concat([this.rest, bytes]);
    const frames: Buffer[] = [];
    for (;;) {
      const length = this.lengthOf(all);
      if (length === null || all.length < length) break;
      frames.push(all.subarray(0, length));
      all = all.subarray(length);
    }
    this.rest = all;
    return frames;
  }
}
