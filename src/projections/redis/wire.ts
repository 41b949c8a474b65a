import { toUSVString } from 'node:util';
import type {
  Epoch,
  Held,
  IndexRange,
  Lease,
  Operation,
  Reply,
  Segment,
  Version,
  WorkerId,
} from '../../domain';

/**
 * How a round travels: consecutive operations of one kind are one group, with the arguments and replies
 * that the operation's Lua file names. Numbers up to 2^53 stay exact: JSON there, integer replies back. Each reply is decoded here, once.
 */

type Kind = Operation['do'];
type Of<K extends Kind> = Extract<Operation, { do: K }>;
type Argument = string | number;

interface Codec<K extends Kind> {
  /** Appends the arguments of one operation. */
  readonly write: (operation: Of<K>, to: Argument[]) => void;
  readonly read: (operations: readonly Of<K>[], reply: never) => Reply<Of<K>>[];
}

/** Half a character cannot be written in UTF-8, and the JSON of one cannot be read by Redis. */
const textOf = (name: string): string => toUSVString(name);

const ok = (operations: readonly Operation[]): 'OK'[] => operations.map(() => 'OK');

const CODECS: { readonly [K in Kind]: Codec<K> } = {
  publish: {
    write: ({ index, token }, to) => to.push(index, token ? 1 : 0),
    read: (operations, voidPositions: number[]) => {
      const replies: ('OK' | 'VOID')[] = ok(operations);
      for (const position of voidPositions) replies[position - 1] = 'VOID';
      return replies;
    },
  },
  settle: { write: ({ index }, to) => to.push(index), read: ok },
  returned: { write: ({ index, leaseId }, to) => to.push(index, leaseId), read: ok },
  hole: { write: ({ index, leaseId }, to) => to.push(index, leaseId), read: ok },
  markGap: { write: ({ range }, to) => to.push(range.from, range.to), read: ok },
  extend: { write: ({ claimedTo }, to) => to.push(claimedTo), read: ok },
  closeSegment: { write: ({ segment }, to) => to.push(segment), read: ok },
  holding: {
    write: ({ workerId, leaseId }, to) => to.push(textOf(workerId), leaseId ?? ''),
    read: (operations, [tokens, ...flat]: [number, ...(string | number | null)[]]) =>
      operations.map(({ workerId }, i) => {
        const packed = flat[2 * i] as string | null;
        if (packed === null) return null;
        return heldOf(workerId, packed, flat[2 * i + 1] as Version, tokens);
      }),
  },
  claim: {
    write: ({ workerId, timeToRecoverMs, recoverBy }, to) =>
      to.push(textOf(workerId), timeToRecoverMs, recoverBy),
    read: (operations, flat: (string | number | null)[]) =>
      operations.map(({ workerId }, i) => {
        const packed = flat[3 * i] as string | null;
        if (packed === null) return null;
        const version = flat[3 * i + 1] as Version;
        return {
          lease: unpackLease(workerId, packed),
          recovered: (version - 1) as Version,
          version,
          first: flat[3 * i + 2] === 1,
        };
      }),
  },
  reserve: {
    write: () => undefined,
    read: (operations, [given, index, version]: [number, number, number]) =>
      operations.map((_, i) =>
        i < given ? ({ index: index + i, version: version + i } as Reply<Of<'reserve'>>) : null,
      ),
  },
  expired: {
    write: ({ max }, to) => to.push(max),
    read: (_, lists: [number, ...(string | number)[]][]) =>
      lists.map(([tokens, ...flat]) =>
        chunks(flat, 3).map(([worker, packed, version]) =>
          heldOf(worker as WorkerId, packed as string, version as Version, tokens),
        ),
      ),
  },
  stalePending: {
    write: ({ olderThanMs, max }, to) => to.push(olderThanMs, max),
    read: (_, lists: number[][]) => lists.map(rangesOf),
  },
  closable: {
    write: ({ max }, to) => to.push(max),
    read: (_, lists: (number | number[])[][]) =>
      lists.map((flat) =>
        chunks(flat, 2).map(([segment, gaps]) => ({
          segment: segment as Segment,
          gaps: rangesOf(gaps as number[]),
        })),
      ),
  },
  info: {
    write: ({ leasesMax }, to) => to.push(leasesMax),
    read: (_, lists: (string | number)[][]) =>
      lists.map((flat) => {
        const [published, fetched, waiting, leased, returned, pending, gaps] = flat as number[];
        const counts = { waiting, leased, returned, pending, gaps };
        const leases = leasesOf(flat.slice(7) as string[]);
        return { published, fetched, counts, leases } as Reply<Of<'info'>>;
      }),
  },
};

/** What may take more memory than it frees. */
const GROWING: readonly Kind[] = ['reserve', 'claim'];

export const isGrowing = (operations: readonly Operation[]): boolean =>
  operations.some((operation) => GROWING.includes(operation.do));

type Group = readonly Operation[];

/** Consecutive operations of one kind. */
export function groupsOf(operations: readonly Operation[]): Group[] {
  const groups: Operation[][] = [];
  for (const operation of operations) {
    const last = groups.at(-1);
    if (last?.[0]?.do === operation.do) last.push(operation);
    else groups.push([operation]);
  }
  return groups;
}

/** A JSON list, which is one argument: a client writes each argument and a server reads each by itself. */
export function encodeRound(epoch: Epoch, groups: readonly Group[]): string {
  const to: Argument[] = [epoch];
  for (const group of groups) {
    const kind = kindOf(group);
    to.push(kind, group.length);
    const { write } = CODECS[kind] as Codec<Kind>;
    for (const operation of group) write(operation, to);
  }
  return JSON.stringify(to);
}

export const decodeGroups = (groups: readonly Group[], replies: readonly unknown[]): Reply[] =>
  groups.flatMap((group, i) =>
    (CODECS[kindOf(group)] as Codec<Kind>).read(group, replies[i] as never),
  );

const kindOf = (group: Group): Kind => (group[0] as Operation).do;

export const packLease = ({ index, leaseId, fetchedAt, leaseUntil }: Lease): string =>
  `${String(index)} ${leaseId} ${String(fetchedAt)} ${String(leaseUntil)}`;

function unpackLease(workerId: WorkerId, packed: string): Lease {
  const [index, leaseId, fetchedAt, leaseUntil] = packed.split(' ');
  return {
    index: Number(index),
    leaseId,
    workerId,
    fetchedAt: Number(fetchedAt),
    leaseUntil: Number(leaseUntil),
  } as Lease;
}

const heldOf = (workerId: WorkerId, packed: string, version: Version, tokens: number): Held => ({
  lease: unpackLease(workerId, packed),
  version,
  tokens: tokens === 1,
});

/** Of a flat list of worker and lease. */
export const leasesOf = (flat: readonly string[]): Lease[] =>
  chunks(flat, 2).map(([worker, packed]) => unpackLease(worker as WorkerId, packed as string));

const rangesOf = (flat: readonly number[]): IndexRange[] =>
  chunks(flat, 2).map(([from, to]) => ({ from, to }) as IndexRange);

function chunks<T>(flat: readonly T[], size: number): T[][] {
  const found: T[][] = [];
  for (let i = 0; i < flat.length; i += size) found.push(flat.slice(i, i + size));
  return found;
}
