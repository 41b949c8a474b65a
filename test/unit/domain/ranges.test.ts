import fc from 'fast-check';
import { countOf, RangeSet, toRanges } from '../../../src/domain';

const numbers = (set: ReadonlySet<number>): number[] => [...set].sort((a, b) => a - b);

/** Every second index: as many runs as members, so that the set needs several blocks. */
const scattered = Array.from({ length: 1000 }, (_, i) => 2 * i + 1);
const HIGHEST = 2100;

describe('a RangeSet', () => {
  const change = fc.record({
    add: fc.boolean(),
    from: fc.integer({ min: 1, max: HIGHEST }),
    length: fc.oneof(fc.integer({ min: 1, max: 3 }), fc.integer({ min: 1, max: 900 })),
  });

  it.each([
    ['empty', []],
    ['of many runs', scattered],
  ])('that starts %s has the members of a plain set after the same changes', (_, start) => {
    const holds = fc.property(fc.array(change, { maxLength: 40 }), (changes) => {
      const plain = new Set<number>(start);
      const ranges = new RangeSet(toRanges(start));
      for (const { add, from, length } of changes) {
        const to = from + length - 1;
        for (let i = from; i <= to; i++) {
          if (add) plain.add(i);
          else plain.delete(i);
        }
        if (add) ranges.add(from, to);
        else ranges.remove(from, to);
        expect(ranges.size).toBe(plain.size);
      }
      const runs = toRanges(numbers(plain));
      expect(ranges.toArray()).toEqual(runs);
      expect(ranges.first).toBe(runs[0]?.from);
    });
    fc.assert(holds, { numRuns: 200 });
  });

  it('finds what lies at and between indices', () => {
    const index = fc.integer({ min: 0, max: HIGHEST });
    const holds = fc.property(
      fc.uniqueArray(index, { maxLength: 50 }),
      index,
      index,
      (some, a, b) => {
        const plain = new Set([...scattered, ...some]);
        const ranges = new RangeSet(toRanges(numbers(plain)));
        expect(ranges.has(a)).toBe(plain.has(a));
        expect(ranges.at(a)).toEqual(ranges.toArray().find(({ from, to }) => from <= a && a <= to));
        const between = numbers(plain).filter((i) => i >= a && i <= b);
        expect(ranges.within(a, b)).toEqual(toRanges(between));
      },
    );
    fc.assert(holds);
  });

  it('is the same in whatever order it was filled', () => {
    const holds = fc.property(fc.shuffledSubarray(scattered, { minLength: 600 }), (shuffled) => {
      const ranges = new RangeSet();
      for (const index of shuffled) ranges.add(index);
      expect(ranges.toArray()).toEqual(toRanges([...shuffled].sort((a, b) => a - b)));
    });
    fc.assert(holds, { numRuns: 20 });
  });

  it('can be emptied from below, one by one', () => {
    const ranges = new RangeSet(toRanges(scattered));
    const taken: number[] = [];
    for (let first = ranges.first; first !== undefined; first = ranges.first) {
      taken.push(first);
      ranges.remove(first);
    }
    expect(taken).toEqual(scattered);
    expect(ranges.size).toBe(0);
  });

  it('takes an open end', () => {
    const ranges = new RangeSet(toRanges(scattered));
    expect(ranges.within(1997, Infinity)).toEqual(toRanges([1997, 1999]));
    ranges.remove(4, Infinity);
    expect(ranges.toArray()).toEqual(toRanges([1, 3]));
  });

  it('does not hand out what it works on', () => {
    const ranges = new RangeSet([{ from: 1, to: 3 }]);
    const before = [ranges.at(2), ...ranges.toArray(), ...ranges.within(1, 3)];
    ranges.add(4);
    expect(before).toEqual(Array(3).fill({ from: 1, to: 3 }));
  });
});

test('countOf counts both ends', () => {
  expect(countOf([])).toBe(0);
  expect(
    countOf([
      { from: 3, to: 3 },
      { from: 5, to: 8 },
    ]),
  ).toBe(5);
});

test('toRanges joins neighbours and repeats', () => {
  expect(toRanges([1, 2, 2, 3, 5])).toEqual([
    { from: 1, to: 3 },
    { from: 5, to: 5 },
  ]);
});
