import { Looks, vouchesFor } from '../../../src/log/cassandra/looks';
import { queueOf } from '../../support/rows';

/** Rule F1: how old a look at the head is, is counted from before it was asked for. */
describe('a look at the head in Cassandra', () => {
  const queue = queueOf('owner', 'service');
  let nowMs: number;
  let answers: (() => void)[];
  let looks: Looks;
  const clock = () => ({ monotonicMs: nowMs, wallMs: nowMs });

  beforeEach(() => {
    nowMs = 0;
    answers = [];
    const row = { epoch: 1, claimed_to: { toNumber: () => 8 }, segment_size: 8 };
    const rows = () => new Promise((resolve) => answers.push(() => resolve([row])));
    looks = new Looks({ rows } as never, { look: () => ({}) } as never, clock);
  });

  it('that took longer than the lease vouches for nothing acknowledged since', async () => {
    const look = looks.latest(queue);
    nowMs = 1001; // another may have read the head after it, raised and waited
    answers[0]?.();
    expect(vouchesFor((await look)!, clock())).toBe(false);
  });

  it('within the lease vouches for what was acknowledged by then', async () => {
    const look = looks.latest(queue);
    nowMs = 1000;
    answers[0]?.();
    expect(vouchesFor((await look)!, clock())).toBe(true);
  });

  it('is not joined by who needs one that began later', async () => {
    const early = looks.latest(queue);
    nowMs = 500;
    const late = looks.begunSince(queue, clock());
    expect(answers).toHaveLength(2);
    for (const answer of answers) answer();
    expect((await early)?.startedAt.monotonicMs).toBe(0);
    expect((await late)?.startedAt.monotonicMs).toBe(500);
  });
});
