import { Looks } from '../../../../src/log/cassandra/looks';
import { Reads } from '../../../../src/log/cassandra/reads';
import { tablesIn } from '../../../../src/log/cassandra/schema';
import type { Session } from '../../../../src/log/cassandra/session';
import { statementsOn } from '../../../../src/log/cassandra/statements';
import type { TaskIndex } from '../../../../src/domain';
import { allOf } from '../../../contract/log/arrange';
import { queueOf, segment } from '../../../support/rows';

/** What is asked of the server for one segment, or one task of it. */
async function askedFor(task: number | null, payloads: boolean): Promise<string> {
  let asked = '';
  const session = {
    page: async ({ query }: { readonly query: string }) => {
      asked = query;
      return { rows: [], next: null };
    },
  } as unknown as Session;
  const statements = statementsOn(tablesIn('log'));
  const looks = new Looks(session, statements, () => ({}) as never);
  const reads = new Reads(session, statements, looks, () => ({}) as never);
  const what = { segment: segment(1), task: task as TaskIndex | null, payloads };
  await allOf(reads.stored(queueOf('acme', 'mailer'), what));
  return asked;
}

it.each([
  ['a segment', null],
  ['a task', 7],
])('payloads of %s are read only where they are asked for', async (_, task) => {
  expect(await askedFor(task, true)).toMatch(/\bpayload\b/);
  expect(await askedFor(task, false)).not.toMatch(/\bpayload\b/);
});
