import { OutcomeUnknown, ProjectionUnavailable } from '../../../../src/domain';
import type { Rounds, SentRound } from '../../../../src/projections/redis/gathered';
import { gathered, single } from '../../../../src/projections/redis/gathered';

/** Calls that are answered when a test says so, each round by its own name. */
class Calls {
  readonly sent: string[][] = [];
  private readonly ends: { answer(): void; fail(error: Error): void }[] = [];

  readonly call = (rounds: Rounds): Promise<readonly unknown[]> => {
    const names = rounds.map(({ text }) => text);
    this.sent.push(names);
    return new Promise((resolve, reject) => {
      this.ends.push({ answer: () => resolve(names.map((name) => `of ${name}`)), fail: reject });
    });
  };

  async answer(): Promise<void> {
    this.ends.shift()?.answer();
    await new Promise(setImmediate);
  }

  async fail(error: Error): Promise<void> {
    this.ends.shift()?.fail(error);
    await new Promise(setImmediate);
  }
}

const round = (text: string, operations = 1): SentRound => ({ keys: ['key'], text, operations });
const MAX = { queues: 3, operations: 10, bytes: 100 };

describe('rounds on their way to a server', () => {
  let calls: Calls;
  let lane: (round: SentRound) => Promise<unknown>;
  beforeEach(() => {
    calls = new Calls();
    lane = gathered(calls.call, MAX);
  });

  it('are sent at once where none is under way', async () => {
    const a = lane(round('a'));
    expect(calls.sent).toEqual([['a']]);
    await calls.answer();
    expect(await a).toBe('of a');
    const b = lane(round('b'));
    expect(calls.sent).toEqual([['a'], ['b']]);
    await calls.answer();
    expect(await b).toBe('of b');
  });

  it('share the next call while one is under way, and each has its own reply', async () => {
    const all = ['a', 'b', 'c'].map((name) => lane(round(name)));
    expect(calls.sent).toEqual([['a']]);
    await calls.answer();
    expect(calls.sent).toEqual([['a'], ['b', 'c']]);
    await calls.answer();
    expect(await Promise.all(all)).toEqual(['of a', 'of b', 'of c']);
  });

  it.each([
    { of: 'queues', rounds: ['b', 'c', 'd', 'e'].map((name) => round(name)) },
    { of: 'operations', rounds: ['b', 'c', 'd', 'e'].map((name) => round(name, 3)) },
    { of: 'bytes', rounds: ['b', 'c', 'd', 'e'].map((name) => round(name.repeat(30))) },
  ])('are at most so many $of in one call; what is over waits for the next', async ({ rounds }) => {
    const all = [round('a'), ...rounds].map(lane);
    for (let i = 0; i < 3; i++) await calls.answer();
    expect(calls.sent.map((names) => names.map((name) => name[0]))).toEqual([
      ['a'],
      ['b', 'c', 'd'],
      ['e'],
    ]);
    await Promise.all(all);
  });

  it('go even if one alone is over a bound', async () => {
    const all = [round('a'), round('b', 50), round('c')].map(lane);
    for (let i = 0; i < 3; i++) await calls.answer();
    expect(calls.sent).toEqual([['a'], ['b'], ['c']]);
    await Promise.all(all);
  });

  it('fail together when their call is refused; those that wait are sent', async () => {
    const refused = Promise.all(
      ['a', 'b', 'c'].map((name, i) =>
        i === 0 ? lane(round(name)) : expect(lane(round(name))).rejects.toThrow('no'),
      ),
    );
    await calls.answer();
    const waiting = lane(round('d'));
    await calls.fail(new Error('no'));
    await refused;
    await calls.answer();
    expect(await waiting).toBe('of d');
  });

  it('are not sent after a call without an answer: each would wait as long', async () => {
    const unknown = expect(lane(round('a'))).rejects.toThrow(OutcomeUnknown);
    const waiting = ['b', 'c'].map((name) =>
      expect(lane(round(name))).rejects.toThrow(ProjectionUnavailable),
    );
    await calls.fail(new OutcomeUnknown('no answer'));
    await Promise.all([unknown, ...waiting]);
    expect(calls.sent).toEqual([['a']]);
    const later = lane(round('d'));
    await calls.answer();
    expect(await later).toBe('of d');
  });

  it('of a cluster are a call each, and do not wait for each other', async () => {
    const each = single(calls.call);
    const all = [each(round('a')), each(round('b'))];
    expect(calls.sent).toEqual([['a'], ['b']]);
    await calls.answer();
    await calls.answer();
    expect(await Promise.all(all)).toEqual(['of a', 'of b']);
  });
});
