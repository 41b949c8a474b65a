import type { OwnerId, Projection, QueueId, ServiceId } from '../../../src/domain';
import { OpenQueue, stateOf } from './openQueue';
import type { Given, ProjectionUnderTest, StartUnderTest } from './projectionUnderTest';
import * as rules from './rules';

/** What each adapter of the projection must do. */
export function projectionContract(name: string, start: StartUnderTest): void {
  describe(`the projection (${name})`, () => {
    let server: ProjectionUnderTest;
    let projection: Projection;
    let queues = 0;

    beforeEach(async () => {
      server = await start();
      projection = await server.open();
    });

    afterEach(async () => {
      await projection.close();
      await server.dispose();
    });

    const unused = (): QueueId => ({
      ownerId: `owner ${String(process.pid)}` as OwnerId,
      serviceId: `service ${String(++queues)} of ${name}` as ServiceId,
    });
    const given: Given = {
      server: () => server,
      projection: () => projection,
      unused,
      async queue(said) {
        const state = stateOf(said);
        const queue = new OpenQueue(projection, unused(), state.epoch);
        expect(await queue.restore(state)).toBe('opened');
        return queue;
      },
    };

    describe('a round', () => rules.round(given));
    describe('the lease clock', () => rules.clock(given));
    describe('versions', () => rules.versions(given));
    describe('being told to claim a segment', () => rules.claimSegment(given));
    describe('reserve', () => rules.reserve(given));
    describe('publish', () => rules.publish(given));
    describe('settle', () => rules.settle(given));
    describe('returned', () => rules.returned(given));
    describe('hole', () => rules.hole(given));
    describe('markGap', () => rules.markGap(given));
    describe('extend', () => rules.extend(given));
    describe('closeSegment', () => rules.closeSegment(given));
    describe('holding', () => rules.holding(given));
    describe('claim', () => rules.claim(given));
    describe('claim, of a lease that ran out', () => rules.takeOver(given));
    describe('expired', () => rules.expired(given));
    describe('stalePending', () => rules.stalePending(given));
    describe('closable', () => rules.closable(given));
    describe('info', () => rules.info(given));
    describe('announce', () => rules.announce(given));
    describe('shutEpoch', () => rules.shutEpoch(given));
    describe('restore and snapshot', () => rules.restore(given));
    describe('rewind', () => rules.rewind(given));
    describe('close', () => rules.close(given));
    describe('queues and workers', () => rules.names(given));
    describe('random operations', () => rules.random(given));
  });
}
