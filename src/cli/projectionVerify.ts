import { Option } from 'commander';
import type { Composition, Verified } from '../compose';
import type { QueueId } from '../domain';
import { QueueError } from '../domain';
import type { Covered } from './chosenQueues';
import { verifiedJson } from '../service/actions/projection';
import { barOf, CHOICE, nameOf, onChosenQueues, PROJECTIONS, toGoOn, toldOf } from './chosenQueues';
import type { Command } from './command';
import { CommandFailed } from './commandFailed';
import { differenceLines } from './differences';

const DIFFERENT = 1;
const COULD_NOT_TELL = 2;

export const projectionVerify: Command<typeof PROJECTIONS> = {
  name: 'projection verify',
  about:
    'Compares the projection of one queue, of the queues of an owner, or of all with the log, while nodes ' +
    'use them, and names each difference. Ends with 0 if all are equal, 1 if one differs or a row of the ' +
    'log cannot be read, 2 if it could not tell.',
  examples: [
    'projection verify --owner acme --service mailer',
    'projection verify --owner acme --repair',
  ],
  settings: PROJECTIONS,
  options: [...CHOICE, new Option('--repair', 'rebuilds what differs, then compares again')],
  async run({ values }, asked, io) {
    const json = asked['json'] === true;
    const counts = { equal: 0, different: 0, unknown: 0, repaired: 0, unreadable: 0 };
    let covered: Covered;

    const compare = async (queue: QueueId, { upkeep }: Composition) => {
      const bar = (done: number, of: number): void => io.bar(barOf(queue, done, of));
      if (asked['repair'] === true) return upkeep.repair(queue, bar);
      const found = await upkeep.verify(queue, bar);
      return { found, now: found, isRepaired: false };
    };
    const tell = (queue: QueueId, found: Verified, isRepaired: boolean): void => {
      io.bar('');
      if (json) {
        const answer = { ...queue, ...verifiedJson(found), isRepaired };
        io.print(`${JSON.stringify(answer)}\n`);
        return;
      }
      const lines = [`${nameOf(queue)}: ${textOf(found)}`, ...differenceLines(found)];
      if (isRepaired) lines.push('  rebuilt; equal now');
      io.print(lines.map((line) => `${line}\n`).join(''));
    };

    try {
      covered = await onChosenQueues(values, asked, io, async (queue, composition) => {
        try {
          const { found, now, isRepaired } = await compare(queue, composition);
          if (found.outcome === 'absent' || now.outcome === 'absent') return 'absent';
          counts[now.outcome] += 1;
          counts.repaired += isRepaired ? 1 : 0;
          counts.unreadable += now.unreadable.length;
          tell(queue, found, isRepaired);
          return 'go on';
        } catch (error) {
          const { type, message, data, retryable } = toldOf(error);
          counts.unknown += 1;
          io.bar('');
          const outcome = { outcome: 'unknown', type, message, data };
          if (json) io.print(`${JSON.stringify({ ...queue, ...outcome })}\n`);
          else io.print(`${nameOf(queue)}: could not tell. ${message}\n`);
          return retryable ? 'stop' : 'go on';
        }
      });
    } catch (error) {
      // Of no queue anything can be told; CommandFailed has its own code.
      if (error instanceof QueueError) throw new CommandFailed(error.message, COULD_NOT_TELL);
      throw error;
    }

    const { queues, isCut } = covered;
    if (json) io.print(`${JSON.stringify({ summary: { queues, ...counts, isCut } })}\n`);
    const { different, unreadable, unknown } = counts;
    if (different + unreadable > 0) {
      const rows =
        unreadable > 0 ? `; ${String(unreadable)} segment(s) cannot be read to the end` : '';
      throw new CommandFailed(
        `${String(different)} of ${String(queues)} queue(s) differ${rows}.`,
        DIFFERENT,
      );
    }
    if (unknown > 0 || isCut) {
      const cut = isCut ? ` Not all queues were reached. ${toGoOn(covered)}` : '';
      throw new CommandFailed(
        `Of ${String(unknown)} queue(s) it could not tell.${cut}`,
        COULD_NOT_TELL,
      );
    }
    if (!json) io.print(`${String(queues)} queue(s), all equal\n`);
  },
};

function textOf({ outcome, tasks, count, unsettled, looks, unreadable }: Verified): string {
  switch (outcome) {
    case 'equal':
      return `equal, ${String(tasks)} task(s) in open segments`;
    case 'different':
      return `${String(count)} difference(s) in ${String(tasks)} task(s)`;
    default:
      return unreadable.length > 0
        ? 'could not tell, for not all of the log can be read'
        : `could not tell: ${String(unsettled)} difference(s) were others at each of ${String(looks)} looks`;
  }
}
