import { FAULT_KINDS, FaultCounts } from './faults';
import { replay } from './run';
import { seededHistory } from './seeded';
import { shrink } from './shrink';
import { SABOTAGES } from './sabotages';

const SEED = 1;
const HISTORIES = 2_000;

describe(`${String(HISTORIES)} histories of several nodes on one queue`, () => {
  const counts = new FaultCounts();
  const broken: string[] = [];
  beforeAll(async () => {
    for (let n = 0; n < HISTORIES; n++) {
      const { violation, faults } = await seededHistory(SEED, n);
      counts.add(faults);
      if (violation !== null) {
        broken.push(`${violation} (npm run simulate -- --seed ${SEED} --only ${n})`);
      }
    }
  }, 600_000);

  test('keep every promise', () => {
    expect(broken).toEqual([]);
  });

  test.each(FAULT_KINDS)('have in some of them: %s', (kind) => {
    expect(counts.counts.get(kind)).toBeGreaterThan(0);
  });
});

describe('a history', () => {
  test('follows from its seed alone', async () => {
    for (let n = 0; n < 20; n++) {
      const [first, second] = [await seededHistory(7, n), await seededHistory(7, n)];
      expect(second.hash).toBe(first.hash);
      expect(second.moves).toEqual(first.moves);
    }
    expect((await seededHistory(8, 0)).hash).not.toBe((await seededHistory(7, 0)).hash);
  });

  test('is the same when its moves are made again', async () => {
    for (let n = 0; n < 20; n++) {
      const { setting, moves, hash } = await seededHistory(7, n);
      expect((await replay({ setting, moves })).hash).toBe(hash);
    }
  });
});

describe('a planted bug is found', () => {
  const MAX = 1_000;
  test.each(Object.entries(SABOTAGES))(
    '%s',
    async (_, sabotage) => {
      let found: string | null = null;
      for (let n = 0; n < MAX && found === null; n++) {
        found = (await seededHistory(SEED, n, { sabotage })).violation;
      }
      expect(found).not.toBeNull();
    },
    600_000,
  );

  test('and told in a few moves', async () => {
    const sabotage = SABOTAGES['another server is not noticed']!;
    for (let n = 0; ; n++) {
      const { setting, moves, violation } = await seededHistory(SEED, n, { sabotage });
      if (violation === null) continue;
      const short = await shrink({ setting, moves }, violation, sabotage);
      expect(short.moves.length).toBeLessThan(moves.length);
      expect(short.moves.length).toBeLessThan(40);
      const { violation: still } = await replay(short, { sabotage });
      expect(still).toMatch(/^P/);
      return;
    }
  }, 600_000);
});
