import { InvalidArgumentError, Option } from 'commander';
import type { DroppedSegment, LogParts } from '../compose';
import { DAY_MS } from '../compose';
import type { QueueId } from '../domain';
import type { Asked, Command } from './command';
import { CommandFailed } from './commandFailed';
import { EMBEDDED_OPTION, LOOKING_AT_LOG, lookAtLog } from './openQueue';
import { OWNER_OPTION, queueAsked, SERVICE_OPTION } from './queueOption';

const PAGE_MAX = 1000;
const DAYS_MAX = 36_500;

export const retention: Command<typeof LOOKING_AT_LOG> = {
  name: 'retention',
  about:
    'Drops segments that were closed long ago, with all events of their tasks; it cannot be undone. ' +
    'Seals are kept, and a rewind to what was dropped is refused from then on.',
  examples: ['retention --keep 90 --dry-run', 'retention --keep 90 --owner acme --service mailer'],
  settings: LOOKING_AT_LOG,
  options: [
    new Option('--keep <days>', 'segments closed so many days ago are dropped')
      .argParser(daysOf)
      .makeOptionMandatory(),
    OWNER_OPTION(),
    SERVICE_OPTION(),
    new Option('--dry-run', 'says what would be dropped, and drops nothing'),
    EMBEDDED_OPTION,
  ],
  async run({ values }, asked, io) {
    const dryRun = asked['dryRun'] === true;
    const keepMs = Number(asked['keep']) * DAY_MS;
    const all: (QueueId & { readonly dropped: readonly DroppedSegment[] })[] = [];
    await lookAtLog(values, asked, io, async (composition) => {
      for await (const queue of queuesAsked(composition, asked)) {
        const dropped = await composition.retain(queue, { keepMs, max: Infinity, dryRun });
        if (dropped.length === 0) continue;
        all.push({ ...queue, dropped });
        if (asked['json'] === true) continue;
        const name = `${JSON.stringify(queue.ownerId)} ${JSON.stringify(queue.serviceId)}`;
        for (const { from, to, closedAt } of dropped) {
          const closed = new Date(closedAt).toISOString();
          io.print(`${name} tasks ${String(from)} to ${String(to)}, closed ${closed}\n`);
        }
      }
    });
    if (asked['json'] === true) {
      io.print(`${JSON.stringify({ dryRun, queues: all })}\n`);
      return;
    }
    const count = all.reduce((sum, { dropped }) => sum + dropped.length, 0);
    io.say(`${String(count)} segment(s) ${dryRun ? 'would be' : 'were'} dropped.`);
  },
};

async function* queuesAsked(composition: LogParts, asked: Asked): AsyncGenerator<QueueId> {
  const named = [asked['owner'], asked['service']].filter((name) => name !== undefined).length;
  if (named === 1) {
    throw new CommandFailed('Give --owner and --service for one queue, or neither for all.', 2);
  }
  if (named === 2) {
    yield queueAsked(asked);
    return;
  }
  let after: QueueId | null = null;
  do {
    const page: readonly QueueId[] = await composition.queues({ after, max: PAGE_MAX });
    yield* page;
    after = page.length < PAGE_MAX ? null : (page.at(-1) ?? null);
  } while (after !== null);
}

function daysOf(text: string): number {
  const days = /^\d{1,5}$/.test(text) ? Number(text) : 0;
  if (days >= 1 && days <= DAYS_MAX) return days;
  throw new InvalidArgumentError(`It must be a whole number from 1 to ${String(DAYS_MAX)}.`);
}
