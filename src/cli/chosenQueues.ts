import { Option } from 'commander';
import type { Composition } from '../compose';
import { composeServers } from '../compose';
import type { Values } from '../config';
import { settings } from '../config';
import type { OwnerId, QueueId, ServiceId } from '../domain';
import { KeyUnavailable, QueueError } from '../domain';
import type { Asked, Io } from './command';
import { CommandFailed } from './commandFailed';
import { serversOf } from './servers';

/** For commands on the projections of one queue, of one owner's, or of all. */
export const PROJECTIONS = settings.SERVERS;
export const CHOICE = [
  new Option('--owner <id>', 'only queues of this owner'),
  new Option('--service <id>', 'only this queue of the owner'),
  new Option('--embedded', 'refused: the embedded queue builds its projection anew at each start'),
];

/** A rebuild waits out the epoch lease, so several are under way; what each holds is what is in flight. */
const QUEUES_AT_ONCE = 4;
const PAGE_MAX = 500;
const CALLED_WRONGLY = 2;

/** What came of one queue. */
export interface Work {
  /** 'stop': a server is away, so the other queues would fail as well. */
  (queue: QueueId, composition: Composition): Promise<'go on' | 'stop' | 'absent'>;
}

export interface Covered {
  readonly queues: number;
  /** Some were left out: a server is away, or a signal came. */
  readonly isCut: boolean;
}

/** Does the work of all chosen queues. A signal lets those under way finish. */
export async function onChosenQueues(
  values: Values<typeof PROJECTIONS>,
  asked: Asked,
  io: Io,
  work: Work,
): Promise<Covered> {
  const { owner, service } = asked as { readonly owner?: string; readonly service?: string };
  if (asked['embedded'] === true) {
    throw new CommandFailed(
      'The embedded queue keeps its projection in its process and builds it from the log at each ' +
        'start: there is nothing to rebuild or to verify apart from it. Restart it, or leave ' +
        '--embedded out for the queue on Cassandra and Redis.',
      CALLED_WRONGLY,
    );
  }
  if (owner === undefined && service !== undefined) {
    throw new CommandFailed('--service needs --owner: a queue is named by both.', CALLED_WRONGLY);
  }
  const composition = await composeServers({
    ...serversOf(values),
    keys: noKeys,
    onWaiting: io.say,
  });
  let stopping = false;
  void io.stopped.then(() => (stopping = true));
  let queues = 0;
  let absent = 0;
  try {
    const waiting = chosen(composition, owner, service);
    const lane = async (): Promise<void> => {
      for (;;) {
        if (stopping) return;
        const next = await waiting.next();
        if (next.done === true) return;
        const outcome = await work(next.value, composition);
        if (outcome === 'stop') stopping = true;
        if (outcome === 'absent') absent += 1;
        else queues += 1;
      }
    };
    await Promise.all(Array.from({ length: QUEUES_AT_ONCE }, lane));
    const isCut = stopping && (await waiting.next()).done !== true;
    if (owner !== undefined && queues === 0 && !stopping) throw noSuchQueue(owner, service);
    return { queues, isCut };
  } finally {
    io.bar('');
    await composition.close();
  }
}

/** Page by page, so that there may be any number. */
async function* chosen(
  { queues }: Composition,
  owner: string | undefined,
  service: string | undefined,
): AsyncGenerator<QueueId, undefined> {
  if (owner !== undefined && service !== undefined) {
    yield { ownerId: owner as OwnerId, serviceId: service as ServiceId };
    return;
  }
  for (let after: QueueId | null = null; ;) {
    const page: readonly QueueId[] = await queues({ after, max: PAGE_MAX });
    for (const queue of page) if (owner === undefined || queue.ownerId === owner) yield queue;
    after = page.at(-1) ?? null;
    if (page.length < PAGE_MAX) return;
  }
}

const noSuchQueue = (owner: string, service?: string): CommandFailed =>
  new CommandFailed(
    service === undefined
      ? `No such queue: nothing was ever added for the owner ${JSON.stringify(owner)}.`
      : `No such queue: ${JSON.stringify(owner)} ${JSON.stringify(service)}. The command queues lists those that exist.`,
    2,
  );

/** As JSON has them: a name may hold anything. */
export const nameOf = ({ ownerId, serviceId }: QueueId): string =>
  `${JSON.stringify(ownerId)} ${JSON.stringify(serviceId)}`;

/** How far a queue has come, as a bar. */
export function barOf(queue: QueueId, done: number, of: number): string {
  const WIDTH = 30;
  const full = of === 0 ? WIDTH : Math.round((WIDTH * done) / of);
  return `[${'#'.repeat(full)}${'.'.repeat(WIDTH - full)}] ${nameOf(queue)} ${String(done)}/${String(of)} segments`;
}

/** Somebody can do something about it; what nobody can is a bug and thrown. */
export function toldOf(error: unknown): QueueError {
  if (error instanceof QueueError) return error;
  throw error;
}

/** Nothing sealed is opened. */
const noKeys = (ownerId: string): Promise<never> =>
  Promise.reject(new KeyUnavailable('This command asks for no keys', { ownerId }));
