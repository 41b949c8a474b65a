import { Option } from 'commander';
import type { QueueId } from '../domain';
import { verifiedJson } from '../service/actions/projection';
import { barOf, CHOICE, nameOf, onChosenQueues, PROJECTIONS, toGoOn, toldOf } from './chosenQueues';
import type { Command } from './command';
import { CommandFailed } from './commandFailed';
import { differenceLines } from './differences';

export const projectionRebuild: Command<typeof PROJECTIONS> = {
  name: 'projection rebuild',
  about:
    'Builds the projection of one queue, of the queues of an owner, or of all anew from the log, while ' +
    'nodes use them. It can be run again, from where it was stopped or killed (--after), and by several ' +
    'at once. Ends with 1 if a queue could not be rebuilt, 2 if there is no such queue.',
  examples: ['projection rebuild --owner acme --service mailer', 'projection rebuild'],
  settings: PROJECTIONS,
  options: [
    ...CHOICE,
    new Option('--dry-run', 'prints how projection and log differ, and changes nothing'),
  ],
  async run({ values }, asked, io) {
    const [json, dryRun] = [asked['json'] === true, asked['dryRun'] === true];
    const counts = { rebuilt: 0, failed: 0 };
    let stoppedBy: Error | null = null;
    const tell = (queue: QueueId, answer: object, ...lines: string[]): void => {
      io.bar('');
      if (json) io.print(`${JSON.stringify({ ...queue, ...answer })}\n`);
      else io.print([`${nameOf(queue)}: ${lines.join('\n')}\n`].join(''));
    };

    const covered = await onChosenQueues(values, asked, io, async (queue, { upkeep }) => {
      const bar = (done: number, of: number): void => io.bar(barOf(queue, done, of));
      try {
        if (dryRun) {
          const verified = await upkeep.verify(queue, bar);
          if (verified.outcome === 'absent') return 'absent';
          const text = `would be rebuilt; ${String(verified.count)} difference(s)`;
          tell(queue, verifiedJson(verified), text, ...differenceLines(verified));
          return 'go on';
        }
        const epoch = await upkeep.rebuild(queue, bar);
        if (epoch === null) return 'absent';
        counts.rebuilt += 1;
        tell(queue, { outcome: 'rebuilt', epoch }, `rebuilt, epoch ${String(epoch)}`);
        return 'go on';
      } catch (error) {
        const { type, message, data, retryable } = toldOf(error);
        counts.failed += 1;
        tell(queue, { outcome: 'failed', type, message, data }, `not rebuilt. ${message}`);
        if (retryable) stoppedBy ??= error as Error;
        return retryable ? 'stop' : 'go on';
      }
    });

    const { queues, isCut } = covered;
    if (json) io.print(`${JSON.stringify({ summary: { queues, ...counts, dryRun, isCut } })}\n`);
    else io.print(`${String(queues)} queue(s), ${String(counts.rebuilt)} rebuilt\n`);
    if (isCut)
      throw new CommandFailed(
        `${whyOf(stoppedBy)} Not all queues were reached. ${toGoOn(covered)}`,
      );
    if (counts.failed > 0)
      throw new CommandFailed(`${String(counts.failed)} queue(s) not rebuilt.`);
  },
};

const whyOf = (error: Error | null): string => (error === null ? 'It was stopped.' : error.message);
