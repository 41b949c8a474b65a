import type { Link } from './faultProxy';
import { Frames } from './frames';

/** Header of native protocol 4: version, flags, stream (2 bytes), opcode, length of the body (4 bytes). */
const HEADER_BYTES = 9;
const frames = (): Frames =>
  new Frames((bytes) => (bytes.length < HEADER_BYTES ? null : HEADER_BYTES + bytes.readInt32BE(5)));
const streamOf = (frame: Buffer): number => frame.readInt16BE(2);
const QUERY = 0x07;
const EXECUTE = 0x0a;
const BATCH = 0x0d;
const isRequest = (frame: Buffer): boolean => [QUERY, EXECUTE, BATCH].includes(frame.readUInt8(4));

/** One reply is lost by its stream; the connection and all other requests go on. */
export function cqlLink(): Link {
  const [outward, inward] = [frames(), frames()];
  let losing: number | null = null;
  return {
    breaks: false,
    sent(bytes, lose) {
      let chosen = false;
      for (const frame of outward.take(bytes)) {
        if (!lose || chosen || losing !== null || !isRequest(frame)) continue;
        losing = streamOf(frame);
        chosen = true;
      }
      return chosen;
    },
    received(bytes) {
      const passed: Buffer[] = [];
      let lost = false;
      for (const frame of inward.take(bytes)) {
        if (losing !== null && streamOf(frame) === losing) {
          losing = null;
          lost = true;
        } else passed.push(frame);
      }
      return { passed: passed.length === 1 ? (passed[0] as Buffer) : Buffer.concat(passed), lost };
    },
  };
}
