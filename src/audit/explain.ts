import type { EventRow, LeaseId, Refused, Rewind, TaskState } from '../domain';
import { absent, evolve, evolveRewound } from '../domain';
import type { AuditRow } from './decoded';
import type { QueueStory } from './rows';

/** One thing that happened, in words; `from` is the epoch.version of the row that says so. */
export interface Statement {
  readonly at: number;
  readonly from: string;
  readonly type: 'Added' | 'Fetched' | 'Acked' | 'Recovered' | 'Rewound' | 'Refused';
  readonly text: string;
}

export interface Explanation {
  readonly task: number;
  readonly statements: readonly Statement[];
  /** Where the task stands at the end of it. */
  readonly status: TaskState['status'];
  readonly deliveries: number;
  readonly conclusion: string;
}

/** The story of one task: of its rows in order of (epoch, version), and of what befell its queue. */
export function explain(
  task: number,
  rows: readonly EventRow[],
  { rewinds, refusals }: QueueStory,
): Explanation {
  const teller = new Teller(task);
  const covering = rewinds.filter(({ last }) => task > last);
  let next = 0;
  for (const row of rows) {
    for (let r = covering[next]; r && r.epoch <= row.epoch; r = covering[++next]) teller.rewind(r);
    teller.row(row);
  }
  for (const r of covering.slice(next)) teller.rewind(r);

  const { state } = teller;
  return {
    task,
    statements: withRefusals(teller.statements, refusals),
    status: state.status,
    deliveries: state.status === 'absent' ? 0 : state.deliveries,
    conclusion: conclusionOf(task, state),
  };
}

/** What is known of a lease, from its first Fetched. */
interface Known {
  readonly workerId: string;
  readonly leaseUntil: number;
}

class Teller {
  readonly statements: Statement[] = [];
  state: TaskState = absent;
  private readonly leases = new Map<LeaseId, Known>();
  /** Why the task waits, or stopped being with whom it was. */
  private because = '';

  constructor(private readonly task: number) {}

  row(row: EventRow): void {
    const before = this.state;
    this.state = evolve(before, row);
    const { type } = row.event;
    this.tell(row.at, `${row.epoch}.${row.version}`, type, this.textOf(row, before));
  }

  rewind({ epoch, last, at }: Rewind): void {
    if (this.state.status === 'absent') return;
    const before = this.state.status;
    this.state = evolveRewound(this.state);
    const effect = {
      acked: 'its ack no longer counts and it waits again',
      waiting: 'it was waiting and waits on',
      leased: 'it stays with the worker that has it',
    }[before];
    if (before === 'acked') this.because = `the queue was rewound to ${last}`;
    this.tell(at, `${epoch}.0`, 'Rewound', `The queue was rewound to ${last}: ${effect}.`);
  }

  private tell(at: number, from: string, type: Statement['type'], text: string): void {
    this.statements.push({ at, from, type, text });
  }

  private textOf(row: EventRow, before: TaskState): string {
    const { event } = row;
    switch (event.type) {
      case 'Added':
        return before.status === 'absent'
          ? `Task ${this.task} was added${event.token ? ', with a token' : ''}.`
          : `Task ${this.task} was logged as added once more; that changes nothing.`;
      case 'Fetched':
        return this.fetched(event, before);
      case 'Recovered':
        return this.recovered(event.leaseId, row.at, before);
      case 'Acked':
        return this.acked(event, row.at, before);
    }
  }

  private fetched(
    event: Extract<EventRow['event'], { type: 'Fetched' }>,
    before: TaskState,
  ): string {
    const { leaseId, workerId, leaseUntil } = event;
    this.leases.set(leaseId, { workerId, leaseUntil });
    const worker = quoted(workerId);
    const until = `until ${iso(leaseUntil)}`;
    if (before.status === 'absent') {
      return `It was logged as delivered to ${worker} under lease ${leaseId}, but no row says that it was added.`;
    }
    if (before.status === 'acked') {
      return `It was logged as delivered to ${worker} under lease ${leaseId} although it was acked; that changes nothing.`;
    }
    if (before.status === 'leased' && before.lease.leaseId === leaseId) {
      return `Worker ${worker} fetched again and kept the task under the same lease ${leaseId}, ${until}; this is no new delivery.`;
    }
    if (before.deliveries === 0) {
      return `It was delivered to ${worker} under lease ${leaseId}, ${until}.`;
    }
    const why =
      before.status === 'leased'
        ? `lease ${before.lease.leaseId} was replaced, and no row says that it was taken back`
        : this.because;
    return `It was delivered again (delivery ${before.deliveries + 1}) to ${worker} under lease ${leaseId}, ${until}, because ${why}.`;
  }

  private recovered(leaseId: LeaseId, at: number, before: TaskState): string {
    if (before.status !== 'leased' || before.lease.leaseId !== leaseId) {
      return `Lease ${leaseId} was logged as taken back when the task was not under it; that changes nothing.`;
    }
    const { workerId, leaseUntil } = before.lease;
    const worker = quoted(workerId);
    if (at >= leaseUntil) {
      this.because = `lease ${leaseId} of ${worker} ran out`;
      return `Lease ${leaseId} of ${worker} ran out at ${iso(leaseUntil)} without an ack, and the task was taken back.`;
    }
    this.because = `lease ${leaseId} of ${worker} was ended early`;
    return (
      `Lease ${leaseId} of ${worker} was ended before it ran out at ${iso(leaseUntil)}: another worker asked ` +
      'with a shorter time to recover (recoverBy: caller), or a rebuild had given the task to another.'
    );
  }

  private acked(
    { leaseId, workerId }: { readonly leaseId: LeaseId; readonly workerId: string },
    at: number,
    before: TaskState,
  ): string {
    const by = `Worker ${quoted(workerId)} acked it under lease ${leaseId}`;
    if (before.status === 'absent') return `${by}, but no row says that it was added.`;
    if (before.status === 'acked') return `${by} once more; that changes nothing.`;
    const known = this.leases.get(leaseId);
    const late = known === undefined ? 0 : at - known.leaseUntil;
    if (late > 0) {
      return `${by}, ${seconds(late)} after that lease had run out and before another worker had the task, so it counts.`;
    }
    return `${by}.`;
  }
}

/** Records have the place of their lease in the order, and are told when they happened. */
function withRefusals(
  statements: readonly Statement[],
  refusals: readonly AuditRow[],
): readonly Statement[] {
  const all = [...statements];
  for (const { stored, event } of refusals) {
    if (event.type !== 'Refused') continue;
    const { epoch, version, at } = stored;
    const cause = all.findIndex(({ from }) => from === `${epoch}.${version}`);
    const after = all.findIndex((each, i) => i > cause && each.at > at);
    const text = refusalText(event);
    const told: Statement = { at, from: `${epoch}.${version}`, type: 'Refused', text };
    all.splice(after < 0 ? all.length : after, 0, told);
  }
  return all;
}

const REASONS: Readonly<Record<Refused['reason'], string>> = {
  TaskAcked: 'the task was acked already',
  TakenBack: 'that lease was over and the task had been taken back',
  WithAnother: 'the task was under another lease by then',
  OtherWorker: 'that lease was of another worker',
  NotHeld: 'the projection did not hold that lease any more',
};

const refusalText = ({ workerId, leaseId, reason }: Refused): string =>
  `An ack by ${quoted(workerId)} under lease ${leaseId} was refused: ${REASONS[reason]}.`;

function conclusionOf(task: number, state: TaskState): string {
  switch (state.status) {
    case 'absent':
      return `The log does not say that task ${task} was ever added.`;
    case 'waiting':
      return state.deliveries === 0
        ? 'It waits and was never delivered.'
        : `It waits to be delivered again, after ${times(state.deliveries)}.`;
    case 'leased': {
      const { workerId, leaseId, leaseUntil } = state.lease;
      return `It is with ${quoted(workerId)} under lease ${leaseId} until ${iso(leaseUntil)}, delivered ${times(state.deliveries)}.`;
    }
    case 'acked':
      return `It is done, delivered ${times(state.deliveries)}.`;
  }
}

const times = (count: number): string =>
  count === 1 ? 'once' : count === 2 ? 'twice' : `${count} times`;
/** As JSON has it: a name may hold anything. */
const quoted = (name: string): string => JSON.stringify(name);
const iso = (ms: number): string => new Date(ms).toISOString();
const seconds = (ms: number): string => `${Math.round(ms) / 1000} s`;
