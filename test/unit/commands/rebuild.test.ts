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
  const ports = (): Pick<Ports, 'log' | 'projection' | 'eventId' | 'wait'> => {
    let waits = 0;
    return {
      // Not spread: the log is a class of its own.
      log: over<Log>(world.log, { epochLeaseMs: LEASE_MS }),
      projection: world.projection,
      eventId: () => 'this node',
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
