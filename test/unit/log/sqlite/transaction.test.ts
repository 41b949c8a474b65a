import { OutcomeUnknown } from '../../../../src/domain';
import type { TransactionSteps } from '../../../../src/log/sqlite/transaction';
import { transactBy } from '../../../../src/log/sqlite/transaction';

/** Writes down which steps were taken; the named one fails. */
function stepsFailingAt(failing: keyof TransactionSteps | null) {
  const taken: string[] = [];
  const step = (name: keyof TransactionSteps) => (): void => {
    taken.push(name);
    if (name === failing) throw new Error(`${name} failed`);
  };
  const steps = { begin: step('begin'), commit: step('commit'), rollback: step('rollback') };
  return { taken, transact: transactBy(steps) };
}

const fails = (): never => {
  throw new Error('the work failed');
};

it('commits the work and gives its result', () => {
  const { taken, transact } = stepsFailingAt(null);
  expect(transact(() => 42)).toBe(42);
  expect(taken).toEqual(['begin', 'commit']);
});

it('rolls back work that fails and says why it did', () => {
  const { taken, transact } = stepsFailingAt(null);
  expect(() => transact(fails)).toThrow('the work failed');
  expect(taken).toEqual(['begin', 'rollback']);
});

it('says why the work failed even if the rollback fails, too', () => {
  const { transact } = stepsFailingAt('rollback');
  expect(() => transact(fails)).toThrow('the work failed');
});

it('does no work outside of a transaction', () => {
  const { taken, transact } = stepsFailingAt('begin');
  const work = jest.fn<undefined, []>();
  expect(() => transact(work)).toThrow('begin failed');
  expect(work).not.toHaveBeenCalled();
  expect(taken).toEqual(['begin']);
});

it('does not know the outcome of a commit that failed', () => {
  const { taken, transact } = stepsFailingAt('commit');
  expect(() => transact(() => 42)).toThrow(OutcomeUnknown);
  expect(taken).toEqual(['begin', 'commit', 'rollback']);
});
