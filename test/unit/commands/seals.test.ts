import { generateKeyPairSync } from 'node:crypto';
import { retain } from '../../../src/commands/retain';
import { sealSegments } from '../../../src/commands/sealSegments';
import type { Ports } from '../../../src/commands/settings';
import type { Log, StoredRow } from '../../../src/domain';
import { createSealer, publicKeysOf, verifySeals } from '../../../src/seals';
import { over } from '../../support/over';
import { encoded, rowOf } from '../../support/rows';
import type { TestNode } from '../../support/world';
import { deriveKeys, QUEUE, World } from '../../support/world';

const HOUR_MS = 3_600_000;
const { privateKey } = generateKeyPairSync('ed25519');
const pem = privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
const seals = { sealer: createSealer(pem), afterMs: 24 * HOUR_MS };

let world: World;
let node: TestNode;
beforeAll(deriveKeys);
beforeEach(() => {
  world = new World(); // segments of 4
  node = world.node(undefined, { retention: null, seals });
});
afterEach(() => world.dispose());

// Given
const acked = async (count: number): Promise<void> => {
  for (let i = 0; i < count; i++) {
    await node.fetch('w1');
    expect(await node.ack('w1')).toBe(true);
  }
};
const closedSegments = async (count: number): Promise<void> => {
  for (let i = 0; i <= count * 4; i++) await node.add(i);
  await acked(count * 4);
  await node.jobs.closeSegments();
};
const hoursLater = (hours: number): void => world.advance(hours * HOUR_MS);
/** As the log is once somebody has changed the rows of a segment. */
const tampered = (of: number, change: (rows: StoredRow[]) => StoredRow[]): Log =>
  over<Log>(world.log, {
    async *stored(queue, what) {
      const rows: StoredRow[] = [];
      for await (const page of world.log.stored(queue, what)) rows.push(...page);
      yield Number(what.segment) === of ? change(rows) : rows;
    },
  });

// When
const sealed = (): Promise<void> => node.jobs.seal();
const verified = (log: Log = world.log) => verifySeals(log, QUEUE, publicKeysOf(pem));

// Then
const numbers = async (): Promise<[number, number][]> =>
  (await world.log.seals(QUEUE)).map(({ number, segment }) => [number, Number(segment)]);

test('closed segments are sealed 24 hours later, once, and are verified', async () => {
  await closedSegments(6); // more than one call of the job seals
  hoursLater(23);
  await sealed();
  expect(await numbers()).toEqual([]);
  hoursLater(1);
  await sealed();
  await sealed();
  expect(await numbers()).toEqual([1, 2, 3, 4, 5, 6].map((n) => [n, n]));
  expect(await verified()).toMatchObject({
    seals: 6,
    verified: [1, 2, 3, 4, 5, 6],
    findings: [],
    unclear: [],
  });
});

test('segments closed later continue the chain; a closed one without a seal is told', async () => {
  await closedSegments(1);
  hoursLater(24);
  await sealed();
  await acked(1);
  for (let i = 0; i < 4; i++) await node.add(i);
  await acked(3);
  await node.jobs.closeSegments();
  expect(await verified()).toMatchObject({ verified: [1], unsealed: [2], findings: [] });
  hoursLater(24);
  await sealed();
  expect(await verified()).toMatchObject({
    seals: 2,
    verified: [1, 2],
    unsealed: [],
    findings: [],
  });
});

test('a run reads only the seals that came since the one before it, and seals what was rewound again', async () => {
  const read: (number | undefined)[] = [];
  const watched = (ports: Ports): Ports => ({
    ...ports,
    log: over<Log>(ports.log, {
      seals: (queue, after) => {
        read.push(after);
        return world.log.seals(queue, after);
      },
    }),
  });
  node = world.node(watched, { retention: null, seals });
  await closedSegments(2);
  hoursLater(24);
  for (let run = 1; run <= 3; run++) await sealed();
  expect(read).toEqual([0, 0, 2]); // the second learns what the first has sealed
  await node.rewind(6);
  await sealed();
  await acked(2);
  await node.jobs.closeSegments();
  hoursLater(24);
  for (let run = 1; run <= 3; run++) await sealed();
  expect(read).toEqual([0, 0, 2, 2, 2, 2, 3]);
  expect(await numbers()).toEqual([
    [1, 1],
    [2, 2],
    [3, 2],
  ]);
});

test('without a key nothing is sealed, and nothing can be told', async () => {
  await closedSegments(1);
  hoursLater(24);
  await world.node().jobs.seal();
  expect(await verified()).toMatchObject({
    seals: 0,
    unclear: ['Nothing of this queue is sealed.'],
  });
});

test('of a queue that is not there nothing can be told', async () => {
  expect(await verified()).toMatchObject({ seals: 0, unclear: [expect.any(String)] });
});

describe('given two sealed segments', () => {
  beforeEach(async () => {
    await closedSegments(2);
    hoursLater(24);
    await sealed();
  });

  test.each([
    [
      'changed',
      'changed',
      (rows: StoredRow[]) => rows.map((row, i) => (i === 4 ? { ...row, at: 1 } : row)),
    ],
    ['removed', 'removed', (rows: StoredRow[]) => rows.filter((_, i) => i !== 4)],
  ] as const)('a row that was %s is named with its segment and seal', async (_, type, change) => {
    // Three rows a task: the fifth is the Fetched of the second of segment 2.
    const { findings, verified: sound } = await verified(tampered(2, change));
    expect(findings).toEqual([
      {
        type,
        seal: 2,
        segment: 2,
        row: { index: 6, epoch: 1, version: expect.any(Number) as number },
      },
    ]);
    expect(sound).toEqual([1]);
  });

  test('a row that came late is named as added', async () => {
    await world.log.append(QUEUE, 1 as never, [[rowOf(3, { version: 999, eventId: 'late' })]]);
    expect((await verified()).findings).toEqual([
      { type: 'added', seal: 1, segment: 1, row: { index: 3, epoch: 1, version: 999 } },
    ]);
  });

  test('keys of owners are not needed, and unknown public ones make it unclear', async () => {
    const stranger = generateKeyPairSync('ed25519').publicKey;
    const other = publicKeysOf(stranger.export({ type: 'spki', format: 'pem' }).toString());
    const { findings, unclear } = await verifySeals(world.log, QUEUE, other);
    expect(findings).toEqual([]);
    expect(unclear).toEqual([expect.stringContaining('No public key')]);
  });

  test('a segment dropped by retention is told so, and the chain is verified still', async () => {
    hoursLater(24);
    await retain(world, QUEUE, { keepMs: HOUR_MS, max: 1 });
    expect(await verified()).toMatchObject({
      dropped: [1],
      verified: [2],
      findings: [],
      unclear: [],
    });
    await retain(world, QUEUE, { keepMs: HOUR_MS, max: 1 });
    expect(await verified()).toMatchObject({ seals: 2, dropped: [1, 2], findings: [] });
  });

  test('a drop that was interrupted counts as one, rows that are gone without a floor do not', async () => {
    await retain(world, QUEUE, { keepMs: HOUR_MS, max: 1 });
    const asClosed: Log['segments'] = async (queue) =>
      (await world.log.segments(queue)).map((row) => ({ ...row, status: 'closed' }));
    const interrupted = over<Log>(world.log, { segments: asClosed });
    expect(await verified(interrupted)).toMatchObject({
      dropped: [1],
      verified: [2],
      findings: [],
    });
    const gone = tampered(2, () => []);
    expect((await verified(gone)).findings).toHaveLength(12);
  });

  test('of a queue whose head is gone nothing can be told', async () => {
    const log = over<Log>(world.log, { head: async () => null });
    const { findings, unclear } = await verified(log);
    expect({ findings, unclear }).toEqual({
      findings: [],
      unclear: ['The queue has seals, but no head.'],
    });
  });

  test('a segment that only counts as dropped is told', async () => {
    const log = over<Log>(world.log, {
      segments: async (queue) =>
        (await world.log.segments(queue)).map((row) => ({ ...row, status: 'dropped' as const })),
    });
    expect((await verified(log)).findings).toEqual([
      { type: 'floor', seal: 1, segment: 1 },
      { type: 'floor', seal: 2, segment: 2 },
    ]);
  });

  describe('of which a rewind opened one again', () => {
    beforeEach(async () => {
      await node.rewind(6);
      await acked(2);
    });

    test('what was sealed is verified, what came since is not sealed', async () => {
      expect(await verified()).toMatchObject({ verified: [1], reopened: [2], findings: [] });
    });

    test('what was sealed and is gone is named', async () => {
      const log = tampered(2, (rows) => rows.slice(1));
      expect((await verified(log)).findings).toEqual([
        {
          type: 'removed',
          seal: 2,
          segment: 2,
          row: { index: 5, epoch: 1, version: expect.any(Number) as number },
        },
      ]);
    });

    test('a row that says it is older than the rewind is named as added', async () => {
      const late = encoded(rowOf(8, { version: 999 }));
      const log = tampered(2, (rows) =>
        [...rows, late].sort(
          (a, b) => a.index - b.index || a.epoch - b.epoch || a.version - b.version,
        ),
      );
      expect((await verified(log)).findings).toMatchObject([
        { type: 'added', seal: 2, segment: 2, row: { index: 8, version: 999 } },
      ]);
    });

    test('once it is closed and sealed again its new seal continues the chain', async () => {
      await node.jobs.closeSegments();
      expect(await verified()).toMatchObject({ seals: 2, reopened: [2], findings: [] });
      hoursLater(24);
      await sealed();
      expect(await numbers()).toEqual([
        [1, 1],
        [2, 2],
        [3, 2],
      ]);
      expect(await verified()).toMatchObject({ verified: [1, 2], reopened: [], findings: [] });
    });

    test('a row of the first seal that went before the second is named still', async () => {
      await node.jobs.closeSegments();
      hoursLater(24);
      const without = tampered(2, (rows) => rows.slice(1));
      const ports = { log: without, projection: world.projection };
      expect(await sealSegments(ports, QUEUE, { ...seals, max: 9 })).toBe(1);
      expect((await verified(without)).findings).toMatchObject([
        { type: 'removed', seal: 2, segment: 2, row: { index: 5 } },
      ]);
    });
  });

  test('a segment closed anew without a rewind hides nothing', async () => {
    const log = over<Log>(
      tampered(1, (rows) => [...rows, encoded(rowOf(4, { version: 999, epoch: 9 }))]),
      {
        segments: async (queue) =>
          (await world.log.segments(queue)).map((row) => ({ ...row, closedAt: 5 })),
      },
    );
    expect((await verified(log)).findings).toMatchObject([
      { type: 'added', seal: 1, segment: 1, row: { index: 4, version: 999 } },
    ]);
  });

  test('a segment that is dropped while it is verified is no finding', async () => {
    let first = true;
    const log = over<Log>(world.log, {
      async *stored(queue, what) {
        if (first) await retain(world, QUEUE, { keepMs: 0, max: 1 });
        first = false;
        yield* world.log.stored(queue, what);
      },
    });
    expect(await verified(log)).toMatchObject({ dropped: [1], verified: [2], findings: [] });
  });
});

test.each([
  ['a rewind', () => node.rewind(0)],
  [
    'a rewind, and another closing,',
    async () => {
      await node.rewind(0);
      await acked(4);
      await node.jobs.closeSegments();
    },
  ],
  ['a drop', () => retain(world, QUEUE, { keepMs: 0, max: 1 })],
])('%s while a segment is sealed leaves it unsealed', async (_, happens) => {
  await closedSegments(1);
  hoursLater(24);
  const log = over<Log>(world.log, {
    async *stored(queue, what) {
      yield* world.log.stored(queue, what);
      await happens();
    },
  });
  const ports = { log, projection: world.projection };
  expect(await sealSegments(ports, QUEUE, { ...seals, max: 9 })).toBe(0);
  expect(await numbers()).toEqual([]);
});

test('of two nodes that seal at once one does, and the other goes on in its next run', async () => {
  await closedSegments(2);
  hoursLater(24);
  const other = world.node(undefined, { retention: null, seals });
  await Promise.all([node.jobs.seal(), other.jobs.seal()]);
  await other.jobs.seal();
  expect(await numbers()).toEqual([
    [1, 1],
    [2, 2],
  ]);
  expect(await verified()).toMatchObject({ verified: [1, 2], findings: [] });
});
