import { Option } from 'commander';
import type { Composition } from '../compose';
import { composeServers } from '../compose';
import type { Values } from '../config';
import { settings } from '../config';
import type { OwnerId, QueueId, ServiceId } from '../domain';
import { KeyUnavailable, QueueError } from '../domain';
import type { Asked, Io } from './command';
import { CommandFailed } from './commandFailed';
import { DoneUpTo } from './doneUpTo';
import { markOf, queueOf } from './queueMark';
import { serversOf } from './servers';

/** For commands on the projections of one queue, of one owner's, or of all. */
export const PROJECTIONS = settings.SERVERS;
export const CHOICE = [
  new Option('--owner <id>', 'only queues of this owner'),
  new Option('--service <id>', 'only this queue of the owner'),
  new Option(
    '--after <mark>',
    'goes on behind the queue of this mark, up to which a run before said it was done',
  ).argParser(queueOf),
  new Option('--embedded', 'refused: the embedded queue builds its projection anew at each start'),
];

/** A rebuild waits out the epoch lease, so several are under way; what each holds is what is in flight. */
const QUEUES_AT_ONCE = 4;
const PAGE_MAX = 500;
/** After so many queues a run says in text how far it is. */
const SAID_EVERY = 10;
const CALLED_WRONGLY = 2;

interface Chosen {
  readonly owner?: string | undefined;
  readonly service?: string | undefined;
  readonly after?: QueueId | null;
}

/** What came of one queue. */
export interface Work {
  /** 'stop': a server is away, so the other queues would fail as well. */
  (queue: QueueId, composition: Composition): Promise<'go on' | 'stop' | 'absent'>;
}

export interface Covered {
  readonly queues: number;
  /** Some were left out: a server is away, or a signal came. */
  readonly isCut: boolean;
  /** Where another run goes on; null: at the beginning. */
  readonly after: QueueId | null;
}

/**
 * Does the work of all chosen queues, and says on the way up to which all are done: a run that was killed
 * is gone on with from there. A signal lets those under way finish.
 */
export async function onChosenQueues(
  values: Values<typeof PROJECTIONS>,
  asked: Asked,
  io: Io,
  work: Work,
): Promise<Covered> {
  const { owner, service, after = null } = asked as Chosen;
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
  if (service !== undefined && after !== null) {
    throw new CommandFailed('--after is for several queues, not for --service.', CALLED_WRONGLY);
  }
  const composition = await composeServers({
    ...serversOf(values),
    keys: noKeys,
    onWaiting: io.say,
  });
  const run = { isStopping: false, queues: 0 };
  const upTo = new DoneUpTo(after);
  const tell = service === undefined ? tellEach(asked, io, upTo) : () => undefined;
  void io.stopped.then(() => (run.isStopping = true));
  try {
    const waiting = chosen(composition, { owner, service, after });
    const lane = async (): Promise<void> => {
      while (!run.isStopping) {
        const next = await waiting.next();
        if (next.done === true) return;
        const done = upTo.begin(next.value);
        const outcome = await work(next.value, composition);
        if (outcome === 'stop') run.isStopping = true;
        else done();
        tell();
        if (outcome !== 'absent') run.queues += 1;
      }
    };
    // Each ends what it has begun, also where another fails.
    const ended = await Promise.allSettled(Array.from({ length: QUEUES_AT_ONCE }, lane));
    for (const lane of ended) if (lane.status === 'rejected') throw lane.reason;
    const { queues, isStopping } = run;
    if (isStopping) return { queues, isCut: await hasMore(waiting), after: upTo.after };
    if (owner !== undefined && queues === 0 && after === null) throw noSuchQueue(owner, service);
    return { queues, isCut: false, after: upTo.after };
  } finally {
    io.bar('');
    await composition.close();
  }
}

/** What cannot be asked any more may hold more. */
const hasMore = (waiting: AsyncGenerator<QueueId, undefined>): Promise<boolean> =>
  waiting.next().then(
    ({ done }) => done !== true,
    () => true,
  );

/** Page by page, so that there may be any number. */
async function* chosen(
  composition: Composition,
  { owner, service, after: first }: Chosen,
): AsyncGenerator<QueueId, undefined> {
  if (owner !== undefined && service !== undefined) {
    yield { ownerId: owner as OwnerId, serviceId: service as ServiceId };
    return;
  }
  for (let after: QueueId | null = first ?? null; ;) {
    const page: readonly QueueId[] = await composition.queues({ after, max: PAGE_MAX });
    for (const queue of page) if (owner === undefined || queue.ownerId === owner) yield queue;
    after = page.at(-1) ?? null;
    if (page.length < PAGE_MAX) return;
  }
}

/** In JSON a line each time, for who goes on by script; in text now and then. */
function tellEach({ json }: Asked, io: Io, upTo: DoneUpTo): () => void {
  let told = upTo.after;
  let saidAt = 0;
  return () => {
    if (upTo.after === null || upTo.after === told) return;
    told = upTo.after;
    const mark = markOf(told);
    if (json === true) io.print(`${JSON.stringify({ after: mark })}\n`);
    else if (upTo.count - saidAt >= SAID_EVERY) {
      saidAt = upTo.count;
      io.bar('');
      io.say(`Done so far; to go on from here: --after ${mark}`);
    }
  };
}

/** What to do about queues that were left out. */
export const toGoOn = ({ after }: Covered): string =>
  after === null ? 'Run it again.' : `To go on: --after ${markOf(after)}`;

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
