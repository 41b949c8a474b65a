import { goOnWith, raised, rewound } from './jobs';
import { land } from './log';
import type { Confirmation } from './node';
import {
  append,
  batchesOf,
  batchRows,
  claimSegment,
  endDone,
  goOn,
  isBeside,
  isReading,
  look,
  operate,
  read,
} from './node';
import type { Fault, Scenario, Start } from './scenario';
import type { Context, Job, Node, World } from './world';
import { copyOfServer, newestServer, openQueue } from './world';

/** Something that may happen next. `run` works on a copy of the world; null: it cannot happen. */
export interface Action {
  /** Counted, so that a search can say what it has never tried. */
  readonly name: string;
  readonly who: string;
  readonly run: (context: Context) => string | null;
}

const HOW: readonly Confirmation[] = ['by a look of this lease', 'by one more look', 'refused'];

export function actionsOf(world: World, scenario: Scenario): Action[] {
  const actions: Action[] = [];
  const act = (name: string, who: string, run: Action['run']): void => {
    actions.push({ name, who, run });
  };
  const fault = (kind: Fault, who: string, run: Action['run']): void => {
    if (world.faultsLeft === 0 || !scenario.faults.includes(kind)) return;
    act(`fault: ${kind}`, who, (context) => {
      context.world.faultsLeft--;
      context.world.disturbed = true;
      return run(context);
    });
  };
  scenario.starts.forEach((start, i) => {
    if (world.left[i]! > 0)
      act(`starts ${kindOf(start)}`, start.id, (context) => begin(context, scenario, i));
  });
  world.nodes.forEach((node, i) => {
    nodeActions(act, fault, node, i);
  });
  world.jobs.forEach((job, i) => {
    jobActions(act, fault, job, i);
  });
  world.late.forEach((rows, i) => {
    act('a late append lands', 'network', (context) => {
      context.world.late.splice(i, 1);
      land(context, rows);
      return `late: ${rows.map((row) => `${row.event.type} ${row.index}`).join()}`;
    });
  });
  if (world.expiriesLeft > 0) expiries(act, world);
  serverActions(act, fault, world, scenario);
  return actions;
}

type Act = (name: string, who: string, run: Action['run']) => void;
type ActFault = (kind: Fault, who: string, run: Action['run']) => void;

const kindOf = (start: Start): string =>
  start.kind === 'node' ? start.batches[0]![0]!.kind : start.kind;

function begin(context: Context, { starts }: Scenario, i: number): string | null {
  const { world } = context;
  const start = starts[i]!;
  const isOver = (id: string): boolean =>
    world.left[starts.findIndex((other) => other.id === id)] === 0 &&
    ![...world.nodes, ...world.jobs].some((other) => other.id.startsWith(id));
  if (start.after && !start.after.every(isOver)) return null;
  world.left[i]!--;
  const id = start.times > 1 ? `${start.id}#${world.left[i]}` : start.id;
  if (start.kind === 'node') {
    const server = world.servers.findIndex((found) => openQueue(found));
    if (server < 0) return null;
    const epoch = openQueue(world.servers[server])!.epoch;
    const node: Node = { id, server, epoch, forgets: false, batches: start.batches, commands: [] };
    world.nodes.push(node);
    sortById(world.nodes);
    const said = operate(context, node);
    return said === 'looks at the epoch' ? null : said; // an ack of a worker that has seen nothing
  }
  const isOpen = openQueue(world.servers[newestServer(world)])?.epoch === world.head.epoch;
  if (start.kind === 'rebuild' && (world.head.epoch === 0 || (isOpen && !start.unasked)))
    return null;
  const first = start.kind === 'rewind' || start.kind === 'retain' ? 'readHead' : 'identity';
  const job: Job = {
    ...{ id, kind: start.kind, step: first, server: 0, identity: 0, epoch: 0, claimedTo: 0 },
    ...{ raisedBy: '', triesLeft: 1, number: start.number, rewinding: false, inPlace: false },
    ...{ segments: null, unread: [], rows: [] },
  };
  world.jobs.push(job);
  sortById(world.jobs);
  return goOnWith(context, job);
}

const sortById = (list: { id: string }[]): unknown => list.sort((a, b) => (a.id < b.id ? -1 : 1));

function nodeActions(act: Act, fault: ActFault, node: Node, i: number): void {
  const of = (context: Context): Node => context.world.nodes[i]!;
  const { id, commands } = node;
  if (commands.some(isReading)) {
    act(`read of ${kindsOf(node, isReading)}`, id, (context) => read(context, of(context)));
  } else if (commands.some(({ step }) => step === 'append')) {
    for (const batch of batchesOf(node)) {
      const kinds = [...new Set(batchRows(node, batch).commands.map(({ kind }) => kind))].join();
      for (const how of HOW)
        act(`append of ${kinds} ${how}`, id, (context) => append(context, of(context), batch, how));
      if (batch > 0)
        fault('append unknown', id, (context) => loseAppend(context, of(context), batch));
    }
  } else if (commands.some(({ step }) => step === 'look')) {
    act('look', id, (context) => look(context, of(context)));
  } else {
    const next = commands.map(({ kind, step }) => `${kind} ${step}`)[0] ?? 'next batch';
    act(`round of ${next}`, id, (context) => operate(context, of(context)));
    fault('answer lost', id, (context) => {
      const { told } = context.world;
      const before = { ...told, added: told.added, acked: told.acked, given: told.given };
      const said = operate(context, of(context));
      if (said === null) return null;
      context.world.told = before;
      context.world.nodes.splice(i, 1);
      return `${said} - but the answer is lost, its calls fail`;
    });
  }
  commands.forEach((command, at) => {
    if (!isBeside(command)) return;
    act(`${command.kind} ${command.step}`, id, (context) =>
      goOn(context, of(context), of(context).commands[at]!),
    );
    if (command.step !== 'claimSegment') return;
    fault('change unknown', id, (context) => {
      claimSegment(context, of(context).commands[at]!);
      of(context).commands[at]!.step = 'done';
      endDone(of(context));
      return 'the claim is applied, but its outcome unknown: the add fails';
    });
  });
  fault('crash', id, ({ world }) => {
    world.nodes.splice(i, 1);
    return 'dies';
  });
}

const kindsOf = (node: Node, which: (command: Node['commands'][number]) => boolean): string =>
  [...new Set(node.commands.filter(which).map(({ kind }) => kind))].join();

function loseAppend({ world }: Context, node: Node, batch: number): string {
  const { commands, rows } = batchRows(node, batch);
  for (const command of commands) command.step = 'done';
  endDone(node);
  world.late.push(rows);
  return 'an append is of unknown outcome, and may land later';
}

function jobActions(act: Act, fault: ActFault, job: Job, i: number): void {
  const of = (context: Context): Job => context.world.jobs[i]!;
  const { id, kind, step } = job;
  act(`${kind} ${step}`, id, (context) => goOnWith(context, of(context)));
  fault('crash', id, ({ world }) => {
    world.jobs.splice(i, 1);
    return `dies before ${step}`;
  });
  if (step === 'restore' || step === 'open')
    fault('answer lost', id, (context) => {
      const { rewound: before } = context.world.told;
      const copy = before.slice();
      const said = goOnWith(context, of(context));
      if (said === null) return null;
      context.world.told.rewound = copy;
      context.world.jobs.splice(i, 1);
      return `${said} - but the answer is lost, its call fails`;
    });
  const changes =
    step === 'raise' ? raised : kind === 'rewind' && step === 'write' ? rewound : null;
  if (!changes) return;
  for (const applied of [true, false])
    fault('change unknown', id, (context) => {
      if (applied && !changes(context, of(context))) return null;
      of(context).step = 'mine';
      return `the change of the head is of unknown outcome (${applied ? '' : 'not '}applied)`;
    });
}

function expiries(act: Act, world: World): void {
  const leases = new Set<string>();
  for (const { event } of world.log) if (event.type === 'Fetched') leases.add(event.leaseId);
  for (const server of world.servers)
    for (const { lease } of server?.queue?.leases ?? []) leases.add(lease);
  for (const lease of leases) {
    if (world.expired.includes(lease)) continue;
    act('a lease runs out', 'time', (context) => {
      context.world.expiriesLeft--;
      context.world.expired.push(lease);
      context.world.expired.sort();
      return `lease ${lease} runs out`;
    });
  }
}

function serverActions(act: Act, fault: ActFault, world: World, { faults }: Scenario): void {
  const at = newestServer(world);
  fault('wipe', 'servers', ({ world: after }) => {
    after.servers[at] = { identity: ++after.identities, queue: null };
    return `restarts empty as identity ${after.identities}`;
  });
  fault('flush', 'servers', ({ world: after }) => {
    after.servers[at]!.queue = null;
    return 'all keys are deleted';
  });
  const copies: readonly Fault[] = ['stale replica', 'fail back', 'split'];
  const wanted = world.faultsLeft > 0 && copies.some((kind) => faults.includes(kind));
  if (wanted && !world.replica && openQueue(world.servers[at]))
    act('a replica is as of now', 'servers', ({ world: after }) => {
      after.replica = copyOfServer(after.servers[at]!);
      return 'a replica stays as of now';
    });
  const { replica } = world;
  if (replica) {
    fault('stale replica', 'servers', ({ world: after }) => {
      after.servers[at] = { ...copyOfServer(replica), identity: ++after.identities };
      return `the stale replica is promoted as identity ${after.identities}`;
    });
    fault('fail back', 'servers', ({ world: after, rules }) => {
      const noticed = rules.keeps('the identity has the replication id');
      const identity = noticed ? ++after.identities : after.servers[at]!.identity;
      after.servers[at] = { ...copyOfServer(replica), identity };
      return 'fails over and back: the same process serves stale data';
    });
    if (world.servers.length === 1)
      fault('split', 'servers', ({ world: after }) => {
        after.servers.push({ ...copyOfServer(replica), identity: ++after.identities });
        return 'the stale replica is promoted, while the old master goes on';
      });
  }
  if (world.servers.length > 1 && world.servers[0])
    act('the old master is shut off', 'servers', ({ world: after }) => {
      after.servers[0] = null;
      return 'the old master is shut off';
    });
}
