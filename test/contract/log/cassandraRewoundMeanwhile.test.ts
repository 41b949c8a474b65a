import { interceptDriver, isConditional } from '../../support/cassandra/driver';
import { useCassandra } from '../../support/cassandra/openedLog';
import { describeOnServers } from '../../support/servers';
import { claimSegments, createdQueue, headOf, rewind, rewindOf } from './arrange';

/**
 * Rule F4: a rewind leaves claimed_to as it was, so the epoch is what tells. Here it comes between the
 * read of an attempt and its transaction, which the contract cannot time on every log.
 */
describeOnServers('in Cassandra, a rewind before the transaction', () => {
  const cassandra = useCassandra();
  let undo: () => void = () => undefined;
  afterEach(() => undo());

  it.each(['claimSegment', 'raise', 'rewind'] as const)('of %s: not applied', async (kind) => {
    const log = await cassandra.open();
    const queue = await createdQueue(log);
    const read = await claimSegments(log, queue, 2);
    undo = interceptDriver(isConditional, async (send) => {
      undo();
      await rewind(log, queue, 3);
      return send();
    });
    const attempts = {
      claimSegment: () => log.claimSegment(queue, read),
      raise: () => log.raise(queue, read, 'late'),
      rewind: () => log.rewind(queue, read, rewindOf(read, 1, 'late')),
    };
    expect((await attempts[kind]()).applied).toBe(false);
    expect(await headOf(log, queue)).toMatchObject({ epoch: 2, claimedTo: read.claimedTo });
  });
});
