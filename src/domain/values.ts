/** How values become bytes before they are sealed. */
export interface ValueCodec {
  /** Throws InvalidInput with the path of what cannot be stored; `name` starts that path. */
  encode(value: unknown, name: string): Buffer;
  decode(bytes: Buffer): unknown;
}
