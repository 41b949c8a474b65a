import { generateKeyPairSync } from 'node:crypto';
import * as fc from 'fast-check';
import type { Epoch, Log, StoredRow, StoredSeal } from '../../../src/domain';
import type { SealFinding, SealReport } from '../../../src/seals';
import { createSealer, publicKeysOf, verifySeals } from '../../../src/seals';
import { queueOf, segment, timeUuid } from '../../support/rows';

/** Whatever is changed in the rows of a sealed segment is found, and the row is named. */

const QUEUE = queueOf('owner', 'service');
const pair = generateKeyPairSync('ed25519');
const pem = pair.privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
const keys = publicKeysOf(pair.publicKey.export({ type: 'spki', format: 'pem' }).toString());
const sealer = createSealer(pem);

const contents = fc.record({
  type: fc.constantFrom('Added', 'Fetched', 'Acked'),
  at: fc.double({ noNaN: true, noDefaultInfinity: true }),
  body: fc.string(),
  keyId: fc.option(fc.string()),
  payload: fc.option(fc.uint8Array({ maxLength: 40 }).map((bytes) => Buffer.from(bytes))),
});
const number = fc.integer({ min: 1, max: 300 });

/** Rows in order, each with a place and an event id of its own. */
const rowsOf = (minLength: number) =>
  fc
    .uniqueArray(fc.record({ index: number, epoch: number, version: number, contents }), {
      minLength,
      maxLength: 20,
      selector: ({ index, epoch, version }) => `${index}.${epoch}.${version}`,
    })
    .map((rows) =>
      rows
        .map(({ contents: held, ...place }, i): StoredRow => ({
          ...place,
          ...held,
          eventId: timeUuid(i),
        }))
        .sort(inOrder),
    );
const inOrder = (a: StoredRow, b: StoredRow): number =>
  a.index - b.index || a.epoch - b.epoch || a.version - b.version;
const pick = fc.nat(1_000_000);
const at = <A>(list: readonly A[], n: number): A => list[n % list.length]!;
const placeOf = ({ index, epoch, version }: StoredRow) => ({ index, epoch, version });

function sealed(rows: readonly StoredRow[], before: StoredSeal | null = null) {
  const underWay = sealer.begin();
  const middle = Math.floor(rows.length / 2);
  underWay.take(rows.slice(0, middle));
  underWay.take(rows.slice(middle));
  return underWay.end({
    queue: QUEUE,
    segment: segment(1),
    epoch: 1000 as Epoch,
    closedAt: 1,
    sealedAt: 2,
    before,
  });
}

function verified(
  { seal, list }: ReturnType<typeof sealed>,
  rows: readonly StoredRow[],
): Promise<SealReport> {
  const log = {
    head: async () => ({ segmentSize: 4096, floor: 0 }),
    segments: async () => [{ segment: 1, status: 'closed', closedAt: 1, lastAdded: 1 }],
    rewinds: async () => [],
    seals: async () => [seal],
    sealList: async () => list.bytes,
    stored: async function* () {
      yield rows;
    },
  };
  return verifySeals(log as unknown as Log, QUEUE, keys);
}

const findings = async (
  before: readonly StoredRow[],
  after: readonly StoredRow[],
): Promise<SealFinding[]> =>
  (await verified(sealed(before), after)).findings.map((finding) => {
    expect(finding).toMatchObject({ seal: 1, segment: 1 });
    const { seal: _seal, ...rest } = finding;
    const { segment: _segment, ...what } = rest as { segment?: number };
    return what as SealFinding;
  });

const check = <A extends [unknown, ...unknown[]]>(
  arbitraries: { [K in keyof A]: fc.Arbitrary<A[K]> },
  property: (...values: A) => Promise<void>,
) => fc.assert(fc.asyncProperty(...arbitraries, property), { numRuns: 300 });

test('unchanged rows are verified, however they came', () =>
  check([rowsOf(0)], async (rows) => {
    const report = await verified(sealed(rows), rows);
    expect(report).toMatchObject({ verified: [1], findings: [], unclear: [] });
  }));

const CHANGES: Record<string, (row: StoredRow) => StoredRow> = {
  'the event id': (row) => ({ ...row, eventId: timeUuid(999) }),
  'the type': (row) => ({ ...row, type: `${row.type}x` }),
  'the time': (row) => ({ ...row, at: row.at === 5 ? 6 : 5 }),
  'the body': (row) => ({ ...row, body: `${row.body} ` }),
  'the key id': (row) => ({ ...row, keyId: row.keyId === null ? '' : `${row.keyId}x` }),
  'the absence of a key id': (row) => ({ ...row, keyId: row.keyId === null ? '' : null }),
  'the ciphertext': (row) => ({
    ...row,
    payload: Buffer.concat([row.payload ?? Buffer.of(1), Buffer.of(0)]),
  }),
  'one bit of the ciphertext': (row) => {
    const payload = Buffer.from(row.payload ?? []);
    if (payload.length === 0) return { ...row, payload: Buffer.of(1) };
    payload[0]! ^= 1;
    return { ...row, payload };
  },
  'the absence of the ciphertext': (row) => ({
    ...row,
    payload: row.payload === null ? Buffer.alloc(0) : null,
  }),
  'where one column ends and the next begins': (row) => ({
    ...row,
    type: row.type + row.body + 'x',
    body: '',
  }),
};

test.each(Object.keys(CHANGES))('a change of %s is found, and the row named', (what) =>
  check([rowsOf(1), pick], async (rows, n) => {
    const row = at(rows, n);
    const changed = rows.map((each) => (each === row ? CHANGES[what]!(each) : each));
    expect(await findings(rows, changed)).toEqual([{ type: 'changed', row: placeOf(row) }]);
  }),
);

test('a removed row is named', () =>
  check([rowsOf(1), pick], async (rows, n) => {
    const row = at(rows, n);
    const left = rows.filter((each) => each !== row);
    expect(await findings(rows, left)).toEqual([{ type: 'removed', row: placeOf(row) }]);
  }));

test('an added row is named', () =>
  check([rowsOf(1), pick], async (rows, n) => {
    const row = at(rows, n);
    const before = rows.filter((each) => each !== row);
    expect(await findings(before, rows)).toEqual([{ type: 'added', row: placeOf(row) }]);
  }));

test('a row added at the place of another is named', () =>
  check([rowsOf(1), pick], async (rows, n) => {
    const row = at(rows, n);
    const twice = rows.flatMap((each) =>
      each === row ? [each, { ...each, eventId: timeUuid(999) }] : [each],
    );
    expect(await findings(rows, twice)).toEqual([{ type: 'added', row: placeOf(row) }]);
  }));

test('two rows that swapped what they hold are both named, each with where it was', () =>
  check([rowsOf(2), pick, pick], async (rows, n, m) => {
    const [a, b] = [at(rows, n), at(rows, m)];
    fc.pre(a !== b);
    const swapped = rows.map((row) =>
      row === a ? { ...b, ...placeOf(a) } : row === b ? { ...a, ...placeOf(b) } : row,
    );
    const found = await findings(rows, swapped);
    expect(found).toHaveLength(2);
    expect(found).toEqual(
      expect.arrayContaining([
        { type: 'moved', row: placeOf(a), from: placeOf(b) },
        { type: 'moved', row: placeOf(b), from: placeOf(a) },
      ]),
    );
  }));

test('a row under another key is named, with where it was', () =>
  check([rowsOf(1), pick], async (rows, n) => {
    const row = at(rows, n);
    const elsewhere = { ...row, version: 1000 };
    const moved = rows.map((each) => (each === row ? elsewhere : each)).sort(inOrder);
    expect(await findings(rows, moved)).toEqual([
      { type: 'moved', row: placeOf(elsewhere), from: placeOf(row) },
    ]);
  }));

test('a row that comes before or after its turn is named', () =>
  check([rowsOf(2), pick], async (rows, n) => {
    const i = n % (rows.length - 1);
    const turned = [...rows];
    [turned[i], turned[i + 1]] = [rows[i + 1]!, rows[i]!];
    expect(await findings(rows, turned)).toEqual([{ type: 'order', row: placeOf(rows[i + 1]!) }]);
  }));

test('of any number of changes each row is named, and no other', () =>
  check(
    [rowsOf(3), fc.infiniteStream(fc.constantFrom('keep', 'change', 'remove', 'add'))],
    async (rows, stream) => {
      const what = rows.map(() => stream.next().value as string);
      const before = rows.filter((_, i) => what[i] !== 'add');
      const after = rows.flatMap((row, i) =>
        what[i] === 'remove' ? [] : [what[i] === 'change' ? { ...row, body: `${row.body}!` } : row],
      );
      const words: Record<string, string> = { change: 'changed', remove: 'removed', add: 'added' };
      expect(await findings(before, after)).toEqual(
        rows.flatMap((row, i) =>
          what[i] === 'keep' ? [] : [{ type: words[what[i]!], row: placeOf(row) }],
        ),
      );
    },
  ));

test('without its list a seal still tells that rows were changed, not which', () =>
  check([rowsOf(1), pick], async (rows, n) => {
    const { seal, list } = sealed(rows);
    const lost = { seal, list: { ...list, bytes: Buffer.concat([list.bytes, Buffer.of(0)]) } };
    const told = { type: 'list', seal: 1, segment: 1 };
    expect((await verified(lost, rows)).findings).toEqual([told]);
    const left = rows.filter((row) => row !== at(rows, n));
    expect((await verified(lost, left)).findings).toEqual([
      told,
      { type: 'rows', seal: 1, segment: 1 },
    ]);
  }));
