import type { SegmentSealer, StoredSeal } from '../domain';
import { encodeSeal } from '../domain';
import { contentsHash, RowsHash } from './rowHash';
import type { ListedRow } from './rowList';
import { encodeList, markOf } from './rowList';
import { nameOf, sealHash, sealingKeyOf, signatureOf } from './signing';

/** Seals with the private Ed25519 key of a PEM text. Throws InvalidInput. */
export function createSealer(pem: string): SegmentSealer {
  const key = sealingKeyOf(pem);
  const signedBy = nameOf(key);
  return {
    begin() {
      const rowsHash = new RowsHash();
      const listed: ListedRow[] = [];
      return {
        take(rows) {
          for (const row of rows) {
            const { index, epoch, version } = row;
            const contents = contentsHash(row);
            rowsHash.take(row, contents);
            listed.push({ index, epoch, version, mark: markOf(contents) });
          }
        },
        end({ queue, segment, epoch, closedAt, sealedAt, before }) {
          const list = encodeList(listed);
          const number = (before?.number ?? 0) + 1;
          const body = encodeSeal({
            v: 1,
            ...queue,
            number,
            segment,
            epoch,
            closedAt,
            sealedAt,
            rows: listed.length,
            rowsHash: rowsHash.end(),
            listHash: list.hash,
            previous: sealHash(before),
            signedBy,
          });
          const seal: StoredSeal = { number, segment, body, signature: signatureOf(body, key) };
          return { seal, list };
        },
      };
    },
  };
}
