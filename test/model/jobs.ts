import { fold } from './rows';
import { OPEN, rewindOf, setSegment } from './log';
import { rewindInPlace } from './projection';
import { emptyQueue, restored, segmentsToRead } from './restore';
import type { Context, Job, World } from './world';
import { indicesOf, newestServer, openQueue, segmentOf, SEGMENT_SIZE } from './world';

/** What changes a head and opens an epoch: rebuild, rewind, retention, the first add of a queue. */

type Step = (context: Context, job: Job) => string | null;

const end = (job: Job, text: string): string => {
  job.step = 'done';
  return text;
};
const next = (job: Job, step: Job['step'], text: string): string => {
  job.step = step;
  return text;
};
const isOpenAt = (world: World, epoch: number): boolean =>
  (openQueue(world.servers[newestServer(world)])?.epoch ?? 0) >= epoch;

const confirmRewind = ({ world }: Context, job: Job): void => {
  if (!job.rewinding) return;
  world.told.rewound.push(...job.raisedBy.split(':').slice(-1).map(Number));
};

/** Not opened: another try, or the caller hears Rebuilding. */
function again(context: Context, job: Job, text: string): string {
  const { world } = context;
  if (isOpenAt(world, world.head.epoch)) {
    confirmRewind(context, job);
    return end(job, `${text}; the newest epoch is open`);
  }
  if (job.triesLeft === 0) return end(job, `${text}; gives up`);
  job.triesLeft--;
  job.rows = [];
  job.segments = null;
  return next(job, 'identity', `${text}; again`);
}

const nameOf = (job: Job, epoch: number, { rules }: Context): string =>
  rules.keeps('raised_by is new for each attempt') ? `${job.id}:${job.triesLeft}:${epoch}` : job.id;

const rebuild: Partial<Record<Job['step'], Step>> = {
  identity({ world }, job) {
    job.server = newestServer(world);
    job.identity = world.servers[job.server]!.identity;
    return next(job, 'readHead', `reads identity ${job.identity}`);
  },
  readHead(context, job) {
    const { world, rules } = context;
    const { head } = world;
    job.epoch = head.epoch;
    job.claimedTo = head.claimedTo;
    if (!rules.keeps('segments are read after the raise')) job.segments = head.segments;
    const shuts = rules.keeps('a rebuild shuts the old epoch');
    return next(
      job,
      shuts ? 'shut' : 'raise',
      `reads epoch ${head.epoch}, claimed to ${head.claimedTo}`,
    );
  },
  shut({ world }, job) {
    const queue = openQueue(world.servers[job.server]);
    if (queue?.epoch === job.epoch) queue.shut = true;
    return next(job, 'raise', `shuts epoch ${job.epoch}`);
  },
  raise(context, job) {
    if (!raised(context, job)) return again(context, job, 'raise not applied');
    return afterRaise(context, job);
  },
  mine(context, job) {
    const { head } = context.world;
    const isMine = context.rules.keeps('raised_by decides an unknown raise')
      ? head.raisedBy === nameOf(job, job.epoch, context)
      : head.epoch === job.epoch + 1;
    return isMine ? afterRaise(context, job) : again(context, job, 'raised by another');
  },
  wait({ world }, job) {
    world.waitedFor = Math.max(world.waitedFor, job.epoch);
    return next(job, 'segments', 'has waited out the epoch lease');
  },
  segments({ world, rules }, job) {
    const earlier = rules.keeps('segments are read after the raise') ? null : job.segments;
    job.segments = [...(earlier ?? world.head.segments)];
    job.unread = segmentsToRead(job.segments, job.claimedTo);
    return next(
      job,
      job.unread.length > 0 ? 'scan' : 'restore',
      `has to read [${job.unread.join()}]`,
    );
  },
  scan({ world }, job) {
    const [segment, ...unread] = job.unread;
    const found = world.log.filter(({ index }) => segmentOf(index) === segment);
    job.rows = [...job.rows, ...found];
    job.unread = unread;
    return next(job, unread.length > 0 ? 'scan' : 'restore', `reads segment ${String(segment)}`);
  },
  restore(context, job) {
    const { world, rules } = context;
    const server = world.servers[job.server];
    if (!server) return again(context, job, 'its server is gone');
    const testsEpoch = rules.keeps('a restore tests the epoch');
    if (testsEpoch && (server.queue?.epoch ?? 0) >= job.epoch)
      return again(context, job, 'refused: this epoch or a newer one is there');
    if (server.identity !== job.identity && rules.keeps('a restore tests the identity'))
      return again(context, job, 'refused: another server');
    const rewinds = world.head.rewinds.filter(({ epoch }) => epoch <= job.epoch);
    const read = {
      ...{ epoch: job.epoch, claimedTo: job.claimedTo + SEGMENT_SIZE, rewinds },
      ...{ segments: job.segments ?? [], allocated: job.claimedTo, rows: job.rows },
    };
    server.queue = restored(read, server.identity, rules);
    confirmRewind(context, job);
    return end(job, `opens epoch ${job.epoch}: ${describe(server.queue)}`);
  },
};

const describe = (queue: ReturnType<typeof restored>): string =>
  `fetched ${queue.fetched} allocated ${queue.allocated} known [${queue.known.join()}] ` +
  `pending [${queue.pending.join()}] returned [${queue.returned.join()}] ` +
  `leases [${queue.leases.map(({ lease, worker }) => `${worker}:${lease}`).join()}]`;

/** The conditional write; false: not applied. */
export function raised(context: Context, job: Job): boolean {
  const { world, rules } = context;
  const { head } = world;
  const sameClaim =
    head.claimedTo === job.claimedTo || !rules.keeps('head changes test claimed_to');
  if (head.epoch !== job.epoch || !sameClaim) return false;
  head.raisedBy = nameOf(job, job.epoch, context);
  head.epoch++;
  head.claimedTo = job.claimedTo + SEGMENT_SIZE;
  setSegment(world, segmentOf(head.claimedTo), OPEN);
  return true;
}

function afterRaise({ world, rules }: Context, job: Job): string {
  job.epoch = world.head.epoch;
  const waits = rules.keeps('a rebuild waits out the epoch lease');
  return next(job, waits ? 'wait' : 'segments', `raises the epoch to ${job.epoch}`);
}

const rewind: Partial<Record<Job['step'], Step>> = {
  readHead(context, job) {
    const { world, rules, broken } = context;
    const { head, told } = world;
    job.server = newestServer(world);
    const queue = openQueue(world.servers[job.server]);
    if (queue?.epoch !== head.epoch) return null;
    if (job.number > queue.published) return end(job, 'refused: beyond the last index');
    const last = rules.keeps('a rewind counts from allocated') ? queue.allocated : queue.fetched;
    if (job.number >= last) {
      if (told.acked.some((index) => index > job.number))
        broken(`F5: a rewind to ${job.number} does nothing, though a task above is acked`);
      return end(job, 'nothing is above');
    }
    if (job.number < head.floor && rules.keeps('a rewind tests the floor'))
      return end(job, 'refused: below the floor');
    job.epoch = head.epoch;
    job.claimedTo = head.claimedTo;
    return next(job, 'segments', `is in epoch ${head.epoch}`);
  },
  segments({ world, rules }, job) {
    const open = reopenedBy(job).every(
      (segment) => world.head.segments[segment - 1]?.status === 'open',
    );
    job.inPlace = open || !rules.keeps('a rewind in place needs open segments');
    return next(
      job,
      'write',
      `reads that ${open ? 'all' : 'not all'} of [${reopenedBy(job).join()}] are open`,
    );
  },
  write(context, job) {
    if (!rewound(context, job)) return tryRewindAgain(job, 'not applied');
    return next(
      job,
      job.inPlace ? 'open' : 'identity',
      `rewinds to ${job.number} in epoch ${job.epoch + 1}`,
    );
  },
  mine(context, job) {
    if (context.world.head.raisedBy !== nameOf(job, job.epoch, context))
      return tryRewindAgain(job, 'raised by another');
    return next(job, job.inPlace ? 'open' : 'identity', 'the rewind is its own');
  },
  open(context, job) {
    const { world, rules } = context;
    const queue = openQueue(world.servers[job.server]);
    const opened =
      queue?.epoch === job.epoch &&
      rewindInPlace(queue, job.epoch + 1, job.number, reopenedBy(job), rules);
    if (!opened) return next(job, 'identity', 'cannot be opened in place');
    world.told.rewound.push(job.epoch + 1);
    return end(job, `opens epoch ${job.epoch + 1} in place: true`);
  },
  /** Goes on as a rebuild. */
  identity(context, job) {
    const { world } = context;
    const { head } = world;
    job.raisedBy = `:${job.epoch + 1}`;
    job.rewinding = true;
    if (head.epoch > job.epoch + 1 && isOpenAt(world, head.epoch)) {
      confirmRewind(context, job);
      return end(job, 'another has opened a newer epoch: true');
    }
    return rebuild.identity!(context, job);
  },
};

const reopenedBy = (job: Job): number[] => {
  const segments: number[] = [];
  for (let s = segmentOf(job.number + 1); s <= segmentOf(job.claimedTo); s++) segments.push(s);
  return segments;
};

function tryRewindAgain(job: Job, text: string): string {
  if (job.triesLeft === 0) return end(job, `${text}; gives up`);
  job.triesLeft--;
  return next(job, 'readHead', `${text}; again`);
}

export function rewound(context: Context, job: Job): boolean {
  const { world, rules } = context;
  const { head } = world;
  const sameClaim =
    head.claimedTo === job.claimedTo || !rules.keeps('head changes test claimed_to');
  if (head.epoch !== job.epoch || !sameClaim) return false;
  if (job.number < head.floor && rules.keeps('a rewind tests the floor')) return false;
  head.raisedBy = nameOf(job, job.epoch, context);
  head.epoch++;
  const kept = rules.keeps('covered rewinds are kept')
    ? head.rewinds
    : head.rewinds.filter(({ last }) => last < job.number);
  head.rewinds = [...kept, rewindOf(head.epoch, job.number)];
  if (rules.keeps('a rewind opens segments again')) {
    for (const segment of reopenedBy(job)) setSegment(world, segment, OPEN);
  }
  const { told } = world;
  told.acked = told.acked.filter((index) => index <= job.number);
  for (const node of world.nodes) {
    for (const command of node.commands) {
      if (command.kind === 'ack') command.rewound = -1;
      if (command.kind === 'fetch')
        command.indices = command.indices.filter((index) => index <= job.number);
    }
  }
  return true;
}

/** Floor, events, status (src/log/cassandra/segments.ts). */
const retain: Partial<Record<Job['step'], Step>> = {
  readHead({ world }, job) {
    const { head } = world;
    if (head.segments[job.number - 1]?.status !== 'closed') return null;
    job.epoch = head.epoch;
    return next(job, 'write', `reads that segment ${job.number} is closed in epoch ${head.epoch}`);
  },
  write({ world, rules }, job) {
    const { head } = world;
    if (head.epoch !== job.epoch && rules.keeps('retention tests the epoch'))
      return end(job, 'floor not raised');
    head.floor = Math.max(head.floor, job.number * SEGMENT_SIZE);
    return next(job, 'delete', `raises the floor to ${head.floor}`);
  },
  delete({ world, broken }, job) {
    const gone = indicesOf(job.number);
    const { told } = world;
    for (const index of gone) {
      const state = fold(world.log, index, world.head.rewinds);
      if (told.added.includes(index) && state.status !== 'acked')
        broken(`F5: task ${index} is dropped, though it waits again`);
    }
    world.log = world.log.filter(({ index }) => !gone.includes(index));
    told.added = told.added.filter((index) => !gone.includes(index));
    told.dropped = true;
    return next(job, 'mark', `deletes the events of segment ${job.number}`);
  },
  mark({ world }, job) {
    const row = world.head.segments[job.number - 1]!;
    if (row.status === 'closed') setSegment(world, job.number, { ...row, status: 'dropped' });
    return end(job, `segment ${job.number} is dropped`);
  },
};

const create: Partial<Record<Job['step'], Step>> = {
  identity({ world }, job) {
    if (world.head.epoch > 0) return null;
    job.server = newestServer(world);
    job.identity = world.servers[job.server]!.identity;
    return next(job, 'write', `finds no queue, reads identity ${job.identity}`);
  },
  write(context, job) {
    const { world, rules } = context;
    const { head } = world;
    if (head.epoch > 0) {
      const opens = !rules.keeps('only the creator opens the first state');
      return opens ? next(job, 'restore', 'finds a queue') : end(job, 'finds a queue');
    }
    Object.assign(head, { epoch: 1, claimedTo: SEGMENT_SIZE, raisedBy: job.id });
    setSegment(world, 1, OPEN);
    return next(job, 'restore', 'creates the queue');
  },
  restore({ world, rules }, job) {
    const server = world.servers[job.server];
    if (!server) return end(job, 'its server is gone');
    if ((server.queue?.epoch ?? 0) >= 1) return end(job, 'refused: an epoch is there');
    if (server.identity !== job.identity && rules.keeps('the first state tests the identity'))
      return end(job, 'refused: another server');
    server.queue = emptyQueue(server.identity);
    return end(job, 'opens epoch 1, empty');
  },
};

const STEPS = { rebuild, rewind, retain, create };

export function goOnWith(context: Context, job: Job): string | null {
  const steps = job.rewinding ? rebuild : STEPS[job.kind];
  const step = steps[job.step];
  if (!step) throw new Error(`a ${job.kind} has no step ${job.step}`);
  return step(context, job);
}
