import { Option } from 'commander';
import { AUDITING, auditQueue, isoOf, QUEUE_OPTIONS, timeOf } from './audit';
import type { Command } from './command';

export const auditState: Command<typeof AUDITING> = {
  name: 'audit state',
  about: 'Prints the counts of a queue and who held which task, as they were at a time.',
  examples: ['audit state --owner acme --service mailer --at 2026-01-31T12:00:00Z'],
  settings: AUDITING,
  options: [
    ...QUEUE_OPTIONS,
    new Option('--at <time>', 'ISO 8601, or milliseconds since 1970')
      .makeOptionMandatory()
      .argParser(timeOf),
  ],
  async run({ values }, asked, io) {
    const { at, json } = asked as { readonly at: number; readonly json?: boolean };
    await auditQueue(values, asked, io, async ({ queue, damage }) => {
      const state = await queue.stateAt(at, damage);
      if (state.tasks === 0) io.say(`Nothing had been added by ${isoOf(at)}.`);
      if (json === true) {
        io.print(`${JSON.stringify({ ...state, at: isoOf(at) })}\n`);
        return;
      }
      const { leases, at: _, ...counts } = state;
      for (const [name, count] of Object.entries(counts)) {
        io.print(`${name.padEnd(10)}${count}\n`);
      }
      for (const { workerId, index, leaseId, leaseUntil } of leases) {
        const until = `until ${isoOf(leaseUntil)}`;
        io.print(`task ${index} was with ${JSON.stringify(workerId)} under ${leaseId} ${until}\n`);
      }
    });
  },
};
