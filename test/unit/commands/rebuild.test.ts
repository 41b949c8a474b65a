import { rebuild } from '../../../src/commands/rebuild';
import type { Ports } from '../../../src/commands/settings';
import type { Epoch, Head, Log } from '../../../src/domain';
import { OutcomeUnknown } from '../../../src/domain';
import { over } from '../../support/over';
import { QUEUE, World } from '../../support/world';

/** Two nodes that find the projection gone, on a log with an epoch lease. */
describe('a rebuild that finds another has raised', () => {
  const LEASE_MS = 1000;
  let world: World;
  let waitedMs: number;
  /** What happens while this node waits for the nth time. */
  let meanwhile: (nth: number) => Promise<unknown>;

  beforeEach(async () => {
    world = new World();
    waitedMs = 0;
    meanwhile = () => Promise.resolve();
    await world.node().add(1);
    world.loseProjection();
  });
  afterEach(() => world.dispose());

  const headNow = async (): Promise<Head> => (await world.log.head(QUEUE))!;
  const ports = (): Pick<Ports, 'log' | 'projection' | 'eventId' | 'monotonic' | 'wait'> => {
    let waits = 0;
    return {
      // Not spread: the log is a class of its own.
      log: over<Log>(world.log, { epochLeaseMs: LEASE_MS }),
      projection: world.projection,
      eventId: () => 'this node',
      monotonic: () => waitedMs,
      wait: async (ms) => {
        waitedMs += ms;
        await meanwhile(++waits);
      },
    };
  };
  const raisedByAnother = async (): Promise<Head> =>
    (await world.log.raise(QUEUE, await headNow(), 'another node')).head;

  it('waits for it to open, and raises no more', async () => {
    const raised = await raisedByAnother();
    const open = () =>
      rebuild({ ...ports(), log: world.log, wait: () => Promise.resolve() }, QUEUE, raised.epoch);
    // The other's own rebuild ends in an epoch that this node must adopt.
    let opened: Head | undefined;
    meanwhile = async (nth) => {
      if (nth === 3) opened = await open();
    };
    expect(await rebuild(ports(), QUEUE, 1 as Epoch)).toEqual(opened);
    expect(await headNow()).toEqual(opened);
  });

  it('raises over it once it has had twice the lease: it died on the way', async () => {
    const raised = await raisedByAnother();
    const head = await rebuild(ports(), QUEUE, 1 as Epoch);
    expect(head).toMatchObject({ epoch: raised.epoch + 1, raisedBy: 'this node' });
    expect(waitedMs).toBeGreaterThanOrEqual(2 * LEASE_MS - 100);
  });

  it('waits for as long as the other goes on, however long, whether it has been told of it or not', async () => {
    const raised = await raisedByAnother();
    for (const stale of [1 as Epoch, raised.epoch]) {
      let beat = 0;
      meanwhile = async (nth) => {
        if (nth === 1000) throw new Error('it is waited for no more');
        await world.projection.announce(QUEUE, { epoch: raised.epoch, beat: ++beat });
      };
      await meanwhile(0);
      await expect(rebuild(ports(), QUEUE, stale)).rejects.toThrow('waited for no more');
      expect(await headNow()).toEqual(raised);
    }
  });

  it('raises over one that has not gone on for 5 s', async () => {
    const raised = await raisedByAnother();
    await world.projection.announce(QUEUE, { epoch: raised.epoch, beat: 1 });
    const head = await rebuild(ports(), QUEUE, raised.epoch);
    expect(head.epoch).toBe(raised.epoch + 1);
    expect(waitedMs).toBe(5_000 + 1.2 * LEASE_MS);
    expect((await world.projection.identity(QUEUE)).building).toBeNull();
  });

  it('announces itself as it reads, once a second', async () => {
    for (let i = 0; i < 20; i++) await world.node().add(i);
    world.loseProjection();
    const { epoch } = await headNow();
    const said: unknown[] = [];
    const needs = ports();
    await rebuild(
      {
        ...needs,
        log: over<Log>(needs.log, {
          async *scan(...args) {
            for await (const rows of world.log.scan(...args)) {
              for (const row of rows) {
                waitedMs += 300;
                yield [row];
              }
            }
          },
        }),
        projection: over(needs.projection, {
          announce: async (_, building) => void said.push(building),
        }),
      },
      QUEUE,
      epoch,
    );
    const beats = [1, 2, 3, 4, 5, 6, 7].map((beat) => ({ epoch: epoch + 1, beat }));
    expect(said).toEqual([...beats, null]);
  });

  it('raises at once where nobody has raised since', async () => {
    const head = await rebuild(ports(), QUEUE, 1 as Epoch);
    expect(head.epoch).toBe(2);
    expect(waitedMs).toBe(1.2 * LEASE_MS);
  });
});

/** Rules F1 and F4: in which order a rebuild asks, and that each raise has a name of its own. */
describe('a rebuild', () => {
  const LEASE_MS = 1000;
  let world: World;
  let asked: string[];
  let names: string[];

  beforeEach(async () => {
    world = new World();
    asked = [];
    names = [];
    await world.node().add(1);
  });
  afterEach(() => world.dispose());

  /** `raise` is what the log answers to the nth raise. */
  const rebuilding = (
    raise: (nth: number, args: Parameters<Log['raise']>) => ReturnType<Log['raise']>,
  ) => {
    const { log, projection } = world;
    let ids = 0;
    const note = <A>(what: string, answer: A): A => (asked.push(what), answer);
    return {
      log: over<Log>(log, {
        epochLeaseMs: LEASE_MS,
        raise: (...args) => {
          names.push(args[2]);
          return note('raise', raise(names.length, args));
        },
        segments: (queue) => note('segments', log.segments(queue)),
        scan: (...args) => note('scan', log.scan(...args)),
      }),
      projection: over(projection, {
        identity: (queue) => note('identity', projection.identity(queue)),
        shutEpoch: (...args) => note('shut', projection.shutEpoch(...args)),
        restore: (...args) => note('restore', projection.restore(...args)),
      }),
      eventId: () => `attempt ${String(++ids)}`,
      monotonic: () => 0,
      wait: (ms: number) => note(`wait ${String(ms)}`, Promise.resolve()),
    };
  };

  it('shuts the old epoch, raises, waits out the lease, then reads what it folds', async () => {
    const needs = rebuilding((_, args) => world.log.raise(...args));
    await rebuild(needs, QUEUE, 1 as Epoch);
    const order = ['identity', 'shut', 'raise', 'wait 1200', 'segments', 'scan', 'restore'];
    expect(asked).toEqual(order);
  });

  it('whose raise was not applied backs off, and names the next one anew', async () => {
    const needs = rebuilding(async (nth, [queue, read, raisedBy]) => {
      if (nth === 1) throw new OutcomeUnknown('not applied, which nobody can tell');
      return world.log.raise(queue, read, raisedBy);
    });
    await rebuild(needs, QUEUE, 1 as Epoch);
    expect(names).toEqual(['attempt 1', 'attempt 2']);
    expect(asked.slice(2, 4)).toEqual(['raise', 'wait 20']);
  });
});
