import type { Log, QueueId } from '../../../src/domain';
import { append, claimSegments, createdQueue } from '../../contract/log/arrange';
import { countCalls, interceptDriver, looksAtEpoch } from '../../support/cassandra/driver';
import { useCassandra } from '../../support/cassandra/openedLog';
import { rowsOf } from '../../support/rows';
import { describeOnServers } from '../../support/servers';

describeOnServers('a segment that another node has claimed', () => {
  const cassandra = useCassandra();
  let undo: () => void = () => undefined;
  afterEach(() => undo());

  let log: Log;
  let other: Log;
  let queue: QueueId;
  beforeEach(async () => {
    log = await cassandra.open();
    other = await cassandra.open();
    queue = await createdQueue(log);
    await append(log, queue, rowsOf(1, 8)); // has looked: nothing above 8
  });
  const claimedByOther = async (): Promise<void> => {
    await claimSegments(other, queue, 2);
    await append(other, queue, rowsOf(9, 12));
  };

  it('is read', async () => {
    await claimedByOther();
    expect(await log.read(queue, [{ from: 7, to: 16 }])).toEqual(rowsOf(7, 12));
  });

  it('is read, also while a look runs that began before', async () => {
    let answer: () => void = () => undefined;
    const claimed = new Promise<void>((resolve) => (answer = resolve));
    undo = interceptDriver(looksAtEpoch, async (send) => {
      undo();
      const before = await send();
      await claimed;
      return before;
    });
    const reading = log.read(queue, [{ from: 9, to: 9 }]);
    await claimedByOther();
    expect(await log.read(queue, [{ from: 7, to: 16 }])).toEqual(rowsOf(7, 12));
    answer();
    expect(await reading).toEqual([]);
  });

  it('is not looked for where nothing above the known ones is asked for', async () => {
    const looks = countCalls(looksAtEpoch);
    undo = looks.stop;
    expect(await log.read(queue, [{ from: 7, to: 8 }])).toEqual(rowsOf(7, 8));
    expect(looks.count).toBe(0);
    await log.read(queue, [{ from: 7, to: 9 }]);
    expect(looks.count).toBe(1);
  });
});
