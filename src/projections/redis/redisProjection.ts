import { Cluster, type Redis } from 'ioredis';
import type { Building, Epoch, Operation, Projection, Round } from '../../domain';
import { OutcomeUnknown, ProjectionUnavailable, stale } from '../../domain';
import { failureOf } from './errors';
import { gathered, type Rounds, single } from './gathered';
import { keptKeys, type Keys } from './keys';
import { isReady } from './nodes';
import { incomplete, stage } from './restore';
import { Script } from './script';
import { stateOfSnapshot } from './snapshot';
import { decodeGroups, encodeRound, groupsOf, isGrowing } from './wire';

export interface RedisProjectionOptions {
  /** In front of every key. */
  readonly prefix: string;
  /** Milliseconds the server's time is taken to be ahead: tests let time pass by it. */
  readonly offsetMs?: () => number;
}

/** Of a rebuild that died; one that goes on announces itself more often. */
const HINT_MS = 60_000;

type RoundReply = ['ROUND', number, number, number, ...unknown[]];
type StaleReply = ['STALE', Epoch | null];
type FailedReply = ['FAILED', string];

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

  const keysOf = keptKeys(prefix);

  /** Nothing was sent yet, so surely nothing changes. */
  const refuseUnready = (key: string): void => {
    if (closed) throw new ProjectionUnavailable('The projection is closed');
    if (!isReady(client, key)) throw new ProjectionUnavailable('Redis is not connected');
  };
  const send = async <T>(key: string, call: () => Promise<T>): Promise<T> => {
    refuseUnready(key);
    try {
      return await call();
    } catch (error) {
      throw failureOf(error);
    }
  };
  const run = (script: Script, keys: Keys, args: readonly (string | number)[]) =>
    send(keys[0], () => script.run(client, keys, args));
  const roundsBy =
    (script: Script) =>
    async (rounds: Rounds): Promise<readonly unknown[]> =>
      (await run(script, rounds.flatMap(({ keys }) => keys) as unknown as Keys, [
        offsetMs(),
        ...rounds.map(({ text }) => text),
      ])) as unknown[];
  // In a cluster each queue may be on another master.
  const laneOf = client instanceof Cluster ? single : gathered;
  const lanes = {
    growing: laneOf(roundsBy(scripts.round)),
    shrinking: laneOf(roundsBy(scripts.shrinkingRound)),
  };
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
      refuseUnready(keysOf(queue).all[0]);
      const groups = groupsOf(operations);
      const lane = isGrowing(operations) ? lanes.growing : lanes.shrinking;
      const reply = (await lane({
        keys: keysOf(queue).all,
        text: encodeRound(epoch, groups),
        operations: operations.length,
      })) as RoundReply | StaleReply | FailedReply;
      if (reply[0] === 'FAILED') throw new Error(`A round failed in Redis: ${reply[1]}`);
      if (reply[0] === 'STALE') return stale(reply[1]);
      return roundOf(operations, groups, reply);
    },

    async identity(queue) {
      const { all, building } = keysOf(queue);
      const reply = await harmless(run(scripts.identity, [all[0], building], [offsetMs()]));
      const [identity, now, announced] = reply as [string, number, string | null];
      return { identity, now, building: announced === null ? null : buildingOf(announced) };
    },

    async announce(queue, building) {
      const key = keysOf(queue).building;
      await harmless(
        send<unknown>(key, () =>
          building
            ? client.set(key, `${String(building.epoch)} ${String(building.beat)}`, 'PX', HINT_MS)
            : client.unlink(key),
        ),
      );
    },

    async shutEpoch(queue, epoch) {
      await run(scripts.shutEpoch, keysOf(queue).all, [epoch]);
    },

    async restore(queue, identity, state) {
      const { keys, args } = await harmless(
        send(keysOf(queue).all[0], () => stage(client, keysOf(queue), identity, state, offsetMs())),
      );
      const reply = await run(scripts.restore, keys, args);
      if (reply === 'INCOMPLETE') throw incomplete();
      return reply === 'OPENED' ? 'opened' : 'refused';
    },

    async rewind(queue, { from, to, last, reopened }) {
      const args = [from, to, last, ...reopened];
      const reply = await run(scripts.rewind, keysOf(queue).all, args);
      return reply === 'OPENED' ? 'opened' : 'stale';
    },

    async snapshot(queue) {
      const reply = await harmless(run(scripts.snapshot, keysOf(queue).all, []));
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
