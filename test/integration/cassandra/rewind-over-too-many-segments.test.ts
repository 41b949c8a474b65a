import { rewind } from '../../../src/commands/rewind';
import type { Log, Projection, QueueId } from '../../../src/domain';
import { InvalidInput } from '../../../src/domain';
import { createdQueue, headOf, typedError } from '../../contract/log/arrange';
import { runCql } from '../../support/cassandra/keyspace';
import { useCassandra } from '../../support/cassandra/openedLog';
import { timeUuid } from '../../support/rows';
import { describeOnServers } from '../../support/servers';

describeOnServers('a rewind over more segments than one transaction opens', () => {
  const cassandra = useCassandra();
  let log: Log;
  let queue: QueueId;

  /** As after 10,001 claims of segments of two indices, which only the head tells. */
  beforeEach(async () => {
    log = await cassandra.open();
    queue = await createdQueue(log, 2);
    await runCql(
      cassandra.server,
      `UPDATE ${cassandra.keyspace}.queue_heads SET claimed_to = 20002
       WHERE owner = '${queue.ownerId}' AND service = 'service' IF epoch = 1`,
    );
  });

  /** The projection has followed the log; it has no rewind, so that one that is told of it is a TypeError. */
  const rewindTo = (last: number): Promise<true> => {
    const state = { epoch: 1, published: 20_002, allocated: 20_002, clock: 5 };
    const projection = { snapshot: () => Promise.resolve(state) } as unknown as Projection;
    const eventId = (): string => timeUuid(7);
    return rewind(
      { log, projection, eventId, monotonic: () => 0, wait: () => Promise.resolve() },
      queue,
      last,
    );
  };

  it('is refused as a ValidationError that says how far it can go, and changes nothing', async () => {
    const before = [await headOf(log, queue), await log.segments(queue)];
    const error = await typedError(() => rewindTo(1));
    expect(error).toBeInstanceOf(InvalidInput);
    expect(error).toMatchObject({
      type: 'ValidationError',
      retryable: false,
      data: { path: 'last', expected: 'an integer from 2', given: 1 },
    });
    expect(error.message).toMatch(/10001 segments.*at most 10000.*to 2 or higher/);
    expect([await headOf(log, queue), await log.segments(queue)]).toEqual(before);
    expect(await log.rewinds(queue)).toEqual([]);
  });

  it('opens as many as it may', async () => {
    const read = await headOf(log, queue);
    const rewound = { epoch: 2 as typeof read.epoch, last: 2, at: 5 };
    const change = { rewind: rewound, rewinds: [rewound], raisedBy: 'me', eventId: timeUuid(7) };
    expect((await log.rewind(queue, read, change)).applied).toBe(true);
    const segments = await log.segments(queue);
    expect(segments).toHaveLength(10_001);
    expect(new Set(segments.map(({ status }) => status))).toEqual(new Set(['open']));
  });
});
