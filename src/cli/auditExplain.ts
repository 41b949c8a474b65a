import { Option } from 'commander';
import { AUDITING, auditQueue, isoOf, naturalOf, QUEUE_OPTIONS } from './audit';
import type { Command } from './command';

export const auditExplain: Command<typeof AUDITING> = {
  name: 'audit explain',
  about: 'Tells the story of one task in sentences, each with the row of the log that says so.',
  examples: ['audit explain --owner acme --service mailer --task 7'],
  settings: AUDITING,
  options: [
    ...QUEUE_OPTIONS,
    new Option('--task <n>', 'its number in the queue').makeOptionMandatory().argParser(naturalOf),
  ],
  async run({ values }, asked, io) {
    const { task, json } = asked as { readonly task: number; readonly json?: boolean };
    await auditQueue(values, asked, io, async ({ queue, damage }) => {
      const story = await queue.explain(task, damage);
      if (json === true) {
        io.print(`${JSON.stringify(story)}\n`);
        return;
      }
      for (const { at, from, text } of story.statements) {
        io.print(`${isoOf(at)}  ${text} [${from}]\n`);
      }
      io.print(`${story.conclusion}\n`);
    });
  },
};
