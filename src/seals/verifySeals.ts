import type { Head, Log, QueueId, RewoundRow, Seal, Segment, SegmentRow } from '../domain';
import { segmentEnd } from '../domain';
import type { ChainFinding } from './checkChain';
import { checkChain } from './checkChain';
import type { PresentRow, RowFinding } from './compareRows';
import { compareRows } from './compareRows';
import { contentsHash } from './rowHash';
import { decodeList, listHash } from './rowList';
import type { PublicKeys } from './signing';

export type SealFinding =
  | ChainFinding
  /** The list that names the rows of the seal is lost or changed. */
  | { readonly type: 'list'; readonly seal: number; readonly segment: number }
  /** The segment counts as dropped, but retention did not raise the floor. */
  | { readonly type: 'floor'; readonly seal: number; readonly segment: number }
  | (RowFinding & { readonly seal: number; readonly segment: number });

/** What was found out about one queue. */
export interface SealReport {
  /** How many seals there are, and the hash of the newest: both only ever go on. */
  readonly seals: number;
  readonly newest: string | null;
  /** Segments by what became of them since they were sealed. */
  readonly verified: readonly number[];
  readonly dropped: readonly number[];
  /** Opened again by a rewind: what was sealed was verified, what came since is not sealed. */
  readonly reopened: readonly number[];
  /** Closed, and without any seal. */
  readonly unsealed: readonly number[];
  /** Empty: nothing was changed. */
  readonly findings: readonly SealFinding[];
  /** Why it cannot be told whether something was changed; empty: it can. */
  readonly unclear: readonly string[];
}

type ReadLog = Pick<Log, 'head' | 'segments' | 'rewinds' | 'seals' | 'sealList' | 'stored'>;

interface Situation {
  readonly head: Head;
  readonly segments: ReadonlyMap<number, SegmentRow>;
  readonly rewinds: readonly RewoundRow[];
}

type Checked =
  | { readonly as: 'verified' | 'reopened'; readonly findings: readonly SealFinding[] }
  | { readonly as: 'dropped'; readonly findings: readonly SealFinding[] };

const LOOKS_MAX = 3;

/** Compares the log of a queue with its seals. It needs no key of an owner: ciphertext is what was sealed. */
export async function verifySeals(
  log: ReadLog,
  queue: QueueId,
  keys: PublicKeys,
): Promise<SealReport> {
  // Before the segments: a seal that is added meanwhile is left for the next time.
  const stored = await log.seals(queue);
  const { seals, findings, unknownKeys, newest } = checkChain(queue, stored, keys);
  const all: SealFinding[] = [...findings];
  const became = {
    verified: [] as number[],
    dropped: [] as number[],
    reopened: [] as number[],
  };
  let situation = await situationOf(log, queue);
  for (const [segment, ofSegment] of bySegment(seals)) {
    let checked: Checked | null = null;
    for (let looks = 0; situation && looks < LOOKS_MAX; looks++) {
      checked = await checkSegment(log, queue, segment, ofSegment, situation);
      if (checked.findings.length === 0) break;
      // It may have been rewound or dropped while its rows were read.
      const now: Situation | null = await situationOf(log, queue);
      if (!now || isSame(situation, now, segment)) break;
      situation = now;
    }
    if (!checked) continue;
    all.push(...checked.findings);
    if (checked.findings.length === 0) became[checked.as].push(segment);
  }
  const sealed = new Set(seals.map(({ segment }) => segment));
  const unsealed = [...(situation?.segments.values() ?? [])]
    .filter(({ segment, status }) => status === 'closed' && !sealed.has(segment))
    .map(({ segment }) => Number(segment));
  return {
    seals: stored.length,
    newest,
    ...became,
    unsealed,
    findings: all,
    unclear: [
      ...(stored.length === 0 ? ['Nothing of this queue is sealed.'] : []),
      ...(stored.length > 0 && !situation ? ['The queue has seals, but no head.'] : []),
      ...unknownKeys.map(
        (key) => `No public key ${key} was given: its signatures are not checked.`,
      ),
    ],
  };
}

async function situationOf(log: ReadLog, queue: QueueId): Promise<Situation | null> {
  const head = await log.head(queue);
  if (!head) return null;
  const segments = new Map((await log.segments(queue)).map((row) => [Number(row.segment), row]));
  return { head, segments, rewinds: await log.rewinds(queue) };
}

async function checkSegment(
  log: ReadLog,
  queue: QueueId,
  segment: number,
  seals: readonly Seal[],
  { head, segments, rewinds }: Situation,
): Promise<Checked> {
  const row = segments.get(segment);
  const end = segmentEnd(segment as Segment, head.segmentSize);
  const seal = seals[seals.length - 1]?.number ?? 0;
  if (row?.status === 'dropped') {
    const findings = head.floor < end ? [{ type: 'floor' as const, seal, segment }] : [];
    return { as: 'dropped', findings };
  }
  const present: PresentRow[] = [];
  for await (const rows of log.stored(queue, {
    segment: segment as Segment,
    task: null,
    payloads: true,
  })) {
    for (const each of rows) present.push({ ...placeOf(each), contents: contentsHash(each) });
  }
  // A drop that was interrupted: the floor comes first, the status last.
  if (present.length === 0 && row?.status === 'closed' && head.floor >= end) {
    return { as: 'dropped', findings: [] };
  }
  const findings: SealFinding[] = [];
  let reopened = false;
  for (const each of seals) {
    reopened = rewinds.some(({ epoch, event }) => epoch > each.epoch && event.last < end);
    // What a rewind brought is of a newer epoch; of the older one nothing may have come.
    const compared = reopened ? present.filter(({ epoch }) => epoch <= each.epoch) : present;
    const bytes = await log.sealList(queue, each.number, each.listHash);
    const isIntact = bytes !== null && listHash(bytes) === each.listHash;
    const list = isIntact ? decodeList(bytes) : null;
    const { number } = each;
    if (list === null) findings.push({ type: 'list', seal: number, segment });
    for (const found of compareRows({ rowsHash: each.rowsHash, list }, compared)) {
      findings.push({ ...found, seal: number, segment });
    }
  }
  return { as: reopened ? 'reopened' : 'verified', findings };
}

const placeOf = ({ index, epoch, version }: PresentRow | Omit<PresentRow, 'contents'>) => ({
  index,
  epoch,
  version,
});

const isSame = (a: Situation, b: Situation, segment: number): boolean =>
  a.head.epoch === b.head.epoch &&
  a.head.floor === b.head.floor &&
  a.segments.get(segment)?.status === b.segments.get(segment)?.status;

function bySegment(seals: readonly Seal[]): Map<number, Seal[]> {
  const found = new Map<number, Seal[]>();
  for (const seal of seals) {
    const of = found.get(seal.segment);
    if (of) of.push(seal);
    else found.set(seal.segment, [seal]);
  }
  return new Map([...found].sort(([a], [b]) => a - b));
}
