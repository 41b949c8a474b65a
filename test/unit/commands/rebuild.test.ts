import { rebuild } from '../../../src/commands/rebuild';
import type { Ports } from '../../../src/commands/settings';
import type { Epoch, Head } from '../../../src/domain';
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
      log: Object.assign(Object.create(world.log) as typeof world.log, { epochLeaseMs: LEASE_MS }),
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
