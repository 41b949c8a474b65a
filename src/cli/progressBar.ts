interface Stream {
  readonly isTTY?: boolean;
  write(text: string): unknown;
}

/** Writes over what it wrote last; '' takes that away. Nothing where nobody would see it go. */
export const progressBar = (stream: Stream): ((text: string) => void) =>
  stream.isTTY === true ? (text) => void stream.write(`\r\u001b[K${text}`) : () => undefined;
