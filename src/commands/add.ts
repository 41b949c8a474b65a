import * as E from 'fp-ts/Either';
import type { QueueId, Sealer } from '../domain';
import { absent, decide, OutcomeUnknown, segmentOf } from '../domain';
import type { Command } from './effects';
import { append, MOVED, operate, rowOf } from './effects';

export interface SealableTask {
  readonly sealer: Sealer;
  readonly value: Buffer;
  readonly token: Buffer | null;
}

/**
 * reserve -> append Added -> publish -> true.
 *
 * A process that dies after the reserve leaves a pending index, after the append a task that is not
 * published: the sweep looks at both (sweep.ts). Once the append began, whatever goes wrong is an
 * unknown outcome: the task may be in the log.
 */
export function* add(queue: QueueId, task: SealableTask): Command<true> {
  const { reply: reserved, round } = yield* operate({ do: 'reserve' });
  if (!reserved) throw new Error('reserve was answered without an index');
  const { index, version } = reserved;

  const decision = decide({ type: 'Add', token: task.token !== null }, absent, round.now);
  const event = E.isRight(decision) ? decision.right[0] : undefined;
  if (!event) throw new Error('an Add of an absent task was refused');
  const place = {
    ...queue,
    segment: segmentOf(index, round.segmentSize),
    index,
    type: 'Added',
    leaseId: '',
  } as const;
  const fields = task.token ? { value: task.value, token: task.token } : { value: task.value };
  const payload = task.sealer.seal(place, fields);
  const row = rowOf(round, index, version, event, { keyId: task.sealer.keyId, payload });

  let moved = false;
  try {
    // The same row again in the newer epoch, as often as it takes.
    while ((yield* append([row])) === 'moved') moved = true;
  } catch (cause) {
    throw moved ? unknown(index, cause) : cause;
  }

  try {
    for (;;) {
      const { reply } = yield* operate({ do: 'publish', index, token: task.token !== null });
      if (reply === 'OK') return true;
      if (reply !== MOVED) break;
    }
  } catch (cause) {
    throw unknown(index, cause);
  }
  throw unknown(index); // VOID: the index was given up as a gap before its Added was seen
}

const unknown = (index: number, cause?: unknown): OutcomeUnknown =>
  new OutcomeUnknown(
    'The task is in the log but could not be published yet. It may be delivered; adding it again may add it twice.',
    { index },
    cause,
  );
