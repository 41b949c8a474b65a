import { LogUnavailable, OutcomeUnknown } from '../../../src/domain';
import type { Log, QueueId } from '../../../src/domain';
import {
  append,
  claimSegments,
  createdQueue,
  headOf,
  newQueue,
  raise,
  readAll,
  rewind,
  rewindOf,
} from '../../contract/log/arrange';
import type { Intercept } from '../../support/cassandra/driver';
import {
  interceptDriver,
  isConditional,
  loseAnswer,
  loseRequest,
  noHost,
  timedOut,
  writesEvents,
} from '../../support/cassandra/driver';
import { runCql } from '../../support/cassandra/keyspace';
import { useCassandra } from '../../support/cassandra/openedLog';
import { describeOnServers } from '../../support/servers';
import { closed, epoch, listOf, rowOf, rowsOf, sealOf, segment } from '../../support/rows';
import { until } from '../../support/until';

describeOnServers('an answer that does not come', () => {
  const cassandra = useCassandra();
  let undo: () => void = () => undefined;
  afterEach(() => undo());

  let log: Log;
  let queue: QueueId;
  beforeEach(async () => {
    log = await cassandra.open({ appendBudgetMs: 300 });
    queue = await createdQueue(log);
  });

  const errorOf = async (rows = rowsOf(1, 3)): Promise<unknown> => {
    const [answer] = await log.append(queue, epoch(1), [rows]);
    return answer?.type === 'failed' ? answer.error : answer;
  };

  describe('to an append', () => {
    it('is asked for with the same rows again', async () => {
      let tries = 0;
      undo = interceptDriver(writesEvents, (send, cql) =>
        ++tries < 3 ? loseAnswer(send, cql) : send(),
      );
      await append(log, queue, rowsOf(1, 3));
      expect(tries).toBe(3);
      expect(await readAll(log, queue)).toEqual(rowsOf(1, 3));
    });

    it('until the budget is used up: OutcomeUnknown', async () => {
      undo = interceptDriver(writesEvents, loseRequest);
      expect(await errorOf()).toBeInstanceOf(OutcomeUnknown);
    });

    it('until the log is closed: OutcomeUnknown, whatever is left of the budget', async () => {
      const closed = await cassandra.open({ appendBudgetMs: 20_000, requestTimeoutMs: 10_000 });
      let tries = 0;
      undo = interceptDriver(writesEvents, async () => {
        tries += 1;
        throw timedOut();
      });
      const answer = closed.append(queue, epoch(1), [rowsOf(1, 3)]);
      await until(async () => tries > 0, 5_000);
      const startMs = performance.now();
      await closed.close();
      expect(performance.now() - startMs).toBeLessThan(5_000);
      expect(await answer).toEqual([{ type: 'failed', error: expect.any(OutcomeUnknown) }]);
    });

    it('because nobody is there is LogUnavailable, and not repeated', async () => {
      let tries = 0;
      undo = interceptDriver(writesEvents, async () => {
        tries += 1;
        throw noHost();
      });
      expect(await errorOf()).toBeInstanceOf(LogUnavailable);
      expect(tries).toBe(1);
    });

    it('because nobody is there any more is OutcomeUnknown: an earlier try may have come through', async () => {
      let tries = 0;
      undo = interceptDriver(writesEvents, async () => {
        throw ++tries === 1 ? timedOut() : noHost();
      });
      expect(await errorOf()).toBeInstanceOf(OutcomeUnknown);
    });

    describe('of three parts', () => {
      const rows = [1, 2, 3].map((index) => rowOf(index, { payload: Buffer.alloc(700 * 1024) }));
      const notDone: Intercept = async () => {
        throw noHost();
      };
      const done: Intercept = (send) => send();

      it.each([
        ['of which one was not written', done, notDone, OutcomeUnknown],
        ['of which one may be written', notDone, loseRequest, OutcomeUnknown],
        ['none of which was written', notDone, notDone, LogUnavailable],
      ] as const)('%s', async (_, two, one, told) => {
        let tries = 0;
        undo = interceptDriver(writesEvents, (send, cql) => {
          tries += 1;
          return (tries === 1 || tries === 3 ? two : one)(send, cql);
        });
        expect(await errorOf(rows)).toBeInstanceOf(told);
        expect(tries).toBeGreaterThanOrEqual(3);
      });
    });
  });

  describe('to a change of the head', () => {
    let tries = 0;
    const lose = (how: typeof loseAnswer): void => {
      tries = 0;
      undo = interceptDriver(isConditional, (send, cql) => {
        tries += 1;
        return how(send, cql);
      });
    };
    afterEach(() => expect(tries).toBe(1));

    it('raise: found out by raisedBy', async () => {
      const read = await headOf(log, queue);
      lose(loseAnswer);
      const { applied, head } = await log.raise(queue, read, 'me');
      expect({ applied, raisedBy: head.raisedBy }).toEqual({ applied: true, raisedBy: 'me' });
      expect(await headOf(log, queue)).toEqual(head);
    });

    it('raise, and another has raised: not applied', async () => {
      const read = await headOf(log, queue);
      lose(async () => {
        undo();
        await raise(log, queue, 'winner');
        throw timedOut();
      });
      const { applied, head } = await log.raise(queue, read, 'me');
      expect({ applied, raisedBy: head.raisedBy }).toEqual({ applied: false, raisedBy: 'winner' });
    });

    it('raise, and another has rewound over it: OutcomeUnknown, for the head no longer says', async () => {
      const read = await headOf(log, queue);
      lose(async (send) => {
        await send();
        undo();
        await rewind(log, queue, 0);
        throw timedOut();
      });
      await expect(log.raise(queue, read, 'me')).rejects.toBeInstanceOf(OutcomeUnknown);
    });

    it('rewind: found out by raisedBy, and logged', async () => {
      const read = await headOf(log, queue);
      lose(loseAnswer);
      expect((await log.rewind(queue, read, rewindOf(read, 2))).applied).toBe(true);
      expect(await log.rewinds(queue)).toHaveLength(1);
    });

    it('createQueue: found out by raisedBy', async () => {
      const fresh = newQueue();
      lose(loseAnswer);
      const made = await log.createQueue(fresh, { segmentSize: 8, raisedBy: 'me' });
      expect(made.applied).toBe(true);
      expect(await headOf(log, fresh)).toEqual(made.head);
    });

    it('closeSegment: found out by the status', async () => {
      lose(loseAnswer);
      expect(await log.closeSegment(queue, epoch(1), segment(1), closed(3))).toBe(true);
    });

    it('writeSeal: found out by its signature', async () => {
      lose(loseAnswer);
      expect(await log.writeSeal(queue, sealOf(1), listOf('rows'))).toBe(true);
      expect(await log.seals(queue)).toEqual([sealOf(1)]);
    });

    it('writeSeal, and another has written that number: not applied', async () => {
      lose(async () => {
        undo();
        await log.writeSeal(queue, sealOf(1, 1, 'winner'), listOf('rows'));
        throw timedOut();
      });
      expect(await log.writeSeal(queue, sealOf(1), listOf('rows'))).toBe(false);
      expect(await log.seals(queue)).toEqual([sealOf(1, 1, 'winner')]);
    });

    it('writeSeal that never came is OutcomeUnknown: it may still come', async () => {
      lose(loseRequest);
      const writing = log.writeSeal(queue, sealOf(1), listOf('rows'));
      await expect(writing).rejects.toBeInstanceOf(OutcomeUnknown);
    });

    it('claimSegment: OutcomeUnknown, whoever claimed', async () => {
      const read = await headOf(log, queue);
      lose(loseAnswer);
      await expect(log.claimSegment(queue, read)).rejects.toBeInstanceOf(OutcomeUnknown);
    });

    it('createQueue, and another has created it: not applied', async () => {
      const fresh = newQueue();
      lose(async () => {
        undo();
        await log.createQueue(fresh, { segmentSize: 8, raisedBy: 'winner' });
        throw timedOut();
      });
      const made = await log.createQueue(fresh, { segmentSize: 4, raisedBy: 'me' });
      expect(made).toEqual({ applied: false, head: await headOf(log, fresh) });
      expect(made.head.raisedBy).toBe('winner');
    });

    it.each(['create', 'raise', 'rewind', 'close'])(
      '%s that never came is OutcomeUnknown: it may still come',
      async (kind) => {
        const read = await headOf(log, queue);
        lose(loseRequest);
        const call = {
          create: () => log.createQueue(newQueue(), { segmentSize: 8, raisedBy: 'me' }),
          raise: () => log.raise(queue, read, 'me'),
          rewind: () => log.rewind(queue, read, rewindOf(read, 2)),
          close: () => log.closeSegment(queue, epoch(1), segment(1), closed(3)),
        }[kind]!;
        await expect(call()).rejects.toBeInstanceOf(OutcomeUnknown);
        expect(await headOf(log, queue)).toEqual(read);
      },
    );

    it('because nobody is there is LogUnavailable', async () => {
      const read = await headOf(log, queue);
      lose(async () => {
        throw noHost();
      });
      await expect(log.raise(queue, read, 'me')).rejects.toBeInstanceOf(LogUnavailable);
    });
  });

  describe('to a drop', () => {
    beforeEach(() => log.closeSegment(queue, epoch(1), segment(1), closed(3)));
    const losing = (how: typeof loseAnswer) => {
      undo = interceptDriver(isConditional, how);
      return log.dropSegment(queue, epoch(1), segment(1));
    };

    it('is found out by the floor, then by the status', async () => {
      expect(await losing(loseAnswer)).toBe(true);
      expect((await headOf(log, queue)).floor).toBe(8);
      expect(await readAll(log, queue)).toEqual([]);
    });

    it('of which the floor was never raised: OutcomeUnknown, and nothing is deleted', async () => {
      await append(log, queue, rowsOf(1, 8));
      await expect(losing(loseRequest)).rejects.toBeInstanceOf(OutcomeUnknown);
      expect(await readAll(log, queue)).toHaveLength(8);
    });
  });

  it('to the writing of a Rewound row leaves it to be derived from the head', async () => {
    undo = interceptDriver(writesEvents, loseRequest);
    expect((await rewind(log, queue, 5)).applied).toBe(true);
    undo();
    await rewind(log, queue, 3);
    const of = await log.rewinds(queue);
    expect(of.map(({ event }) => event.last)).toEqual([5, 3]);
    const rows = await runCql(
      cassandra.server,
      `SELECT event_id FROM ${cassandra.keyspace}.queue_events
       WHERE owner = '${queue.ownerId}' AND service = 'service' AND segment = -1`,
    );
    expect(rows).toHaveLength(1);
  });

  it('in time: a segment closed while a rewind is under way is open after it', async () => {
    await claimSegments(log, queue, 2);
    const read = await headOf(log, queue);
    undo = interceptDriver(isConditional, async (send) => {
      undo();
      expect(await log.closeSegment(queue, epoch(1), segment(2), closed(9))).toBe(true);
      return send();
    });
    expect((await log.rewind(queue, read, rewindOf(read, 4))).applied).toBe(true);
    expect((await log.segments(queue)).map(({ status }) => status)).toEqual(['open', 'open']);
  });
});
