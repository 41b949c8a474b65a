import { InvalidArgumentError, Option } from 'commander';
import type { QueueId } from '../domain';
import type { Command } from './command';
import { EMBEDDED_OPTION, LOOKING_AT_LOG, lookAtLog } from './openQueue';
import { markOf, queueOf } from './queueMark';

const PAGE_MAX = 1000;

export const queues: Command<typeof LOOKING_AT_LOG> = {
  name: 'queues',
  about: 'Lists the queues that exist, a page at a time.',
  examples: ['queues', 'queues --max 1000 --json'],
  settings: LOOKING_AT_LOG,
  options: [
    new Option('--max <n>', `queues on a page, up to ${String(PAGE_MAX)}`)
      .default(100)
      .argParser(pageSize),
    new Option('--after <mark>', 'goes on behind the page that ended with this mark').argParser(
      queueOf,
    ),
    EMBEDDED_OPTION,
  ],
  async run({ values }, asked, io) {
    const { max, after = null } = asked as { readonly max: number; readonly after?: QueueId };
    const page = await lookAtLog(values, asked, io, (composition) =>
      composition.queues({ after, max }),
    );
    const last = page.at(-1);
    const next = last === undefined || page.length < max ? null : markOf(last);
    if (asked['json'] === true) {
      io.print(`${JSON.stringify({ queues: page, next })}\n`);
      return;
    }
    // As JSON has them: a name may hold anything.
    for (const { ownerId, serviceId } of page) {
      io.print(`${JSON.stringify(ownerId)} ${JSON.stringify(serviceId)}\n`);
    }
    if (next !== null) io.say(`There may be more: --after ${next}`);
  },
};

function pageSize(text: string): number {
  const max = /^\d{1,4}$/.test(text) ? Number(text) : 0;
  if (max >= 1 && max <= PAGE_MAX) return max;
  throw new InvalidArgumentError(`It must be a whole number from 1 to ${String(PAGE_MAX)}.`);
}
