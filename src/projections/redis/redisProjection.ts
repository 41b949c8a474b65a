import type { Cluster, Redis } from 'ioredis';
import type { Building, Epoch, Operation, Projection, Round } from '../../domain';
import { OutcomeUnknown, ProjectionUnavailable, stale } from '../../domain';
import { failureOf } from './errors';
import { type Keys, keysOf } from './keys';
import { isReady } from './nodes';
import { incomplete, stage } from './restore';
import { Script } from './script';
import { stateOfSnapshot } from './snapshot';
import { decodeGroups, encodeGroups, groupsOf, isGrowing } from './wire';

export interface RedisProjectionOptions {
  /** In front of every key. */
  readonly prefix: string;
  /** Milliseconds the server's time is taken to be ahead: tests let time pass by it. */
  readonly offsetMs?: () => number;
}

/** Of a rebuild that died; one that goes on announces itself more often. */
const HINT_MS = 60_000;

type RoundReply = ['ROUND', number, number, number, ...unknown[]];
type StaleReply = ['STALE', number | null];

/** The projection on a client that does not send anything again by itself. */
export function redisProjection(
  client: Redis | Cluster,
  { prefix, offsetMs = () => 0 }: RedisProjectionOptions,
): Projection {
  const scripts = {
    round: new Script('round'),
    // Acks of what was handed out, and adds that are logged already, go on when memory is full.
    shrinkingRound: new Script('round', { allowOom: true }),
    identity: new Script('identity'),
    shutEpoch: new Script('shutEpoch', { allowOom: true }),
    rewind: new Script('rewind'),
    restore: new Script('restore'),
    snapshot: new Script('snapshot', { allowOom: true }),
  };
  let closed = false;

  const send = async <T>(key: string, call: () => Promise<T>): Promise<T> => {
    if (closed) throw new ProjectionUnavailable('The projection is closed');
    // Nothing was sent yet, so surely nothing changes.
    if (!isReady(client, key)) throw new ProjectionUnavailable('Redis is not connected');
    try {
      return await call();
    } catch (error) {
      throw failureOf(error);
    }
  };
  const run = (script: Script, keys: Keys, args: readonly (string | number)[]) =>
    send(keys[0], () => script.run(client, keys, args));
  /** Of a call that changes nothing, or nothing that counts. */
  const harmless = async <T>(call: Promise<T>): Promise<T> => {
    try {
      return await call;
    } catch (error) {
      if (!(error instanceof OutcomeUnknown)) throw error;
      throw new ProjectionUnavailable(error.message, {}, error.cause);
    }
  };

  return {
    round: async (queue, epoch, operations) => {
      const groups = groupsOf(operations);
      const args = encodeGroups(groups, [epoch, offsetMs()]);
      const script = isGrowing(operations) ? scripts.round : scripts.shrinkingRound;
      const reply = (await run(script, keysOf(prefix, queue).all, args)) as RoundReply | StaleReply;
      if (reply[0] === 'STALE') return stale(reply[1] as Epoch | null);
      return roundOf(operations, groups, reply);
    },

    async identity(queue) {
      const { all, building } = keysOf(prefix, queue);
      const reply = await harmless(run(scripts.identity, [all[0], building], [offsetMs()]));
      const [identity, now, announced] = reply as [string, number, string | null];
      return { identity, now, building: announced === null ? null : buildingOf(announced) };
    },

    async announce(queue, building) {
      const key = keysOf(prefix, queue).building;
      await harmless(
        send<unknown>(key, () =>
          building
            ? client.set(key, `${String(building.epoch)} ${String(building.beat)}`, 'PX', HINT_MS)
            : client.unlink(key),
        ),
      );
    },

    async shutEpoch(queue, epoch) {
      await run(scripts.shutEpoch, keysOf(prefix, queue).all, [epoch]);
    },

    async restore(queue, identity, state) {
      const { keys, args } = await harmless(
        send(keysOf(prefix, queue).all[0], () =>
          stage(client, prefix, queue, identity, state, offsetMs()),
        ),
      );
      const reply = await run(scripts.restore, keys, args);
      if (reply === 'INCOMPLETE') throw incomplete();
      return reply === 'OPENED' ? 'opened' : 'refused';
    },

    async rewind(queue, { from, to, last, reopened }) {
      const args = [from, to, last, ...reopened];
      const reply = await run(scripts.rewind, keysOf(prefix, queue).all, args);
      return reply === 'OPENED' ? 'opened' : 'stale';
    },

    async snapshot(queue) {
      const reply = await harmless(run(scripts.snapshot, keysOf(prefix, queue).all, []));
      return reply === null ? null : stateOfSnapshot(reply);
    },

    async close() {
      closed = true;
      client.disconnect();
    },
  };
}

function buildingOf(announced: string): Building {
  const [epoch, beat] = announced.split(' ').map(Number) as [Epoch, number];
  return { epoch, beat };
}

const roundOf = <Ops extends readonly Operation[]>(
  _operations: Ops,
  groups: ReturnType<typeof groupsOf>,
  [, now, claimedTo, claimSegment, ...replies]: RoundReply,
): Round<Ops> => ({
  type: 'round',
  now,
  replies: decodeGroups(groups, replies) as Round<Ops>['replies'],
  claimedTo,
  claimSegment: claimSegment === 1,
});
