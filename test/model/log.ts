import type { Rewind, TaskState } from '../../src/domain';
import type { Row } from './rows';
import { compareRows, fold } from './rows';
import type { Context, SegmentStatus, World } from './world';
import { segmentOf } from './world';

/** The rows land; those that are there already change nothing. */
export function land({ world, broken }: Context, rows: readonly Row[]): void {
  for (const row of rows) {
    if (world.log.includes(row)) continue;
    for (const other of world.log) {
      if (row.event.type === 'Added' && other.event.type === 'Added' && other.index === row.index)
        broken(`INDEX-TWICE: index ${row.index} is given to two adds`);
      if (other.epoch === row.epoch && other.version === row.version)
        broken(`VERSION-TWICE: (${row.epoch}, ${row.version}) is used by two events`);
    }
    world.log.push(row);
  }
  world.log.sort(compareRows);
}

/** What the log says of a task; without `upTo` as of now, else with the rewinds up to that epoch. */
export function stateOf({ log, head }: World, index: number, upTo = Infinity): TaskState {
  return fold(
    log,
    index,
    head.rewinds.filter(({ epoch }) => epoch <= upTo),
  );
}

/** The rewinds that a command of this epoch decides with. */
export const epochOf = ({ rules }: Context, epoch: number): number =>
  rules.keeps('rewinds are those of the epoch') ? epoch : Infinity;

export const isAcked = (world: World, index: number): boolean =>
  stateOf(world, index).status === 'acked';

export const acksOf = ({ log }: World, index: number): number =>
  log.filter((row) => row.index === index && row.event.type === 'Acked').length;

export const statusOf = ({ head }: World, index: number): SegmentStatus['status'] =>
  head.segments[segmentOf(index) - 1]?.status ?? 'open';

export const OPEN: SegmentStatus = { status: 'open', lastAdded: 0 };

export function setSegment({ head }: World, segment: number, status: SegmentStatus): void {
  const segments = head.segments.slice();
  segments[segment - 1] = status;
  head.segments = segments;
}

export const rewindOf = (epoch: number, last: number): Rewind =>
  ({ epoch, last, at: 0 }) as unknown as Rewind;
