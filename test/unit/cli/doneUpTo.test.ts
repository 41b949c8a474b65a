import { DoneUpTo } from '../../../src/cli/doneUpTo';
import { queueOf } from '../../support/rows';

const [a, b, c] = ['a', 'b', 'c'].map((name) => queueOf('acme', name)) as [Q, Q, Q];
type Q = ReturnType<typeof queueOf>;

test('a run goes on where the run before it was', () => {
  expect(new DoneUpTo(null).after).toBeNull();
  expect(new DoneUpTo(b).after).toBe(b);
});

test('what is done behind one that is not done does not count, until that is done too', () => {
  const upTo = new DoneUpTo(null);
  const [doneA, doneB, doneC] = [upTo.begin(a), upTo.begin(b), upTo.begin(c)];
  doneB();
  doneC();
  expect(upTo.after).toBeNull();
  doneA();
  expect(upTo.after).toBe(c);
});

test('one that never comes to its end is the last that is gone on behind', () => {
  const upTo = new DoneUpTo(null);
  upTo.begin(a)();
  upTo.begin(b);
  upTo.begin(c)();
  expect(upTo.after).toBe(a);
});
