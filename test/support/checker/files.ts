import { createReadStream, createWriteStream } from 'node:fs';
import type { WriteStream } from 'node:fs';
import { basename } from 'node:path';
import { createInterface } from 'node:readline';
import type { HistoryLine, LogLine, Source } from './records';

/** A file as a source, read as it is judged. */
export const fileSource = (path: string): Source => ({
  name: basename(path),
  lines: {
    [Symbol.asyncIterator]: () =>
      createInterface({ input: createReadStream(path), crlfDelay: Infinity })[
        Symbol.asyncIterator
      ](),
  },
});

const GATHERED_CHARACTERS = 1 << 16;

/** Writes a history; `close` writes its last line. */
export class HistoryFile {
  private readonly stream: WriteStream;
  private gathered = '';

  constructor(readonly path: string) {
    this.stream = createWriteStream(path, { flags: 'wx' });
  }

  write(line: HistoryLine | LogLine): void {
    this.gathered += `${JSON.stringify(line)}\n`;
    if (this.gathered.length >= GATHERED_CHARACTERS) this.flush();
  }

  flush(): void {
    this.stream.write(this.gathered);
    this.gathered = '';
  }

  async close(): Promise<void> {
    this.write({ op: 'end' });
    this.flush();
    await new Promise<void>((resolve, reject) => {
      this.stream.once('error', reject).end(resolve);
    });
  }
}
