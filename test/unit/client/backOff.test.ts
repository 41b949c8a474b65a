import { InvalidInput, Overloaded, Rebuilding } from '../../../src/domain';
import { BackOff } from '../../../src/client/worker/backOff';

const bounds = { minMs: 100, maxMs: 1_000 };
const least = () => new BackOff(bounds, () => 0);
const most = () => new BackOff(bounds, () => 1);
const times = (backOff: BackOff) => Array.from({ length: 6 }, () => backOff.next());

test('each wait is twice the one before, up to the bound, at random from half of it on', () => {
  expect(times(most())).toEqual([100, 200, 400, 800, 1_000, 1_000]);
  expect(times(least())).toEqual([50, 100, 200, 400, 500, 500]);
});

test('it stays within its bounds however long it goes on', () => {
  const backOff = most();
  for (let i = 0; i < 2_000; i++) backOff.next();
  expect(backOff.next()).toBe(1_000);
});

test('a success begins it anew', () => {
  const backOff = most();
  times(backOff);
  backOff.reset();
  expect(backOff.next()).toBe(100);
});

test('an error that says when to come again is heeded, and not by all at once', () => {
  const error = new Rebuilding('m', { retryAfterMs: 5_000 });
  expect(least().after(error)).toBe(5_000);
  expect(most().after(error)).toBe(5_100);
});

test('however long it says, it is a minute at most', () => {
  expect(least().after(new Overloaded('m', { retryAfterMs: 3_600_000 }))).toBe(60_000);
});

test.each([[{}], [{ retryAfterMs: -1 }], [{ retryAfterMs: 'soon' }], [{ retryAfterMs: NaN }]])(
  'an error that says nothing usable waits as for nothing: %p',
  (data) => {
    const backOff = most();
    expect(backOff.after(new Overloaded('m', data))).toBe(100);
    expect(backOff.after(new Overloaded('m', data))).toBe(200);
  },
);

test.each([[new InvalidInput('m', { retryAfterMs: 1 })], [new TypeError('m')], [undefined]])(
  'what no repeat can help is repeated as rarely as may be: %p',
  (error) => {
    expect(most().after(error)).toBe(1_000);
  },
);
