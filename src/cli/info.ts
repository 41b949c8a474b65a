import { Option } from 'commander';
import type { OwnerId } from '../domain';
import { infoAnswer } from '../service/actions/info';
import { decode } from '../service/params/decode';
import { InfoParams } from '../service/params/params';
import type { Command } from './command';
import { EMBEDDED_OPTION, LOOKING, lookAt } from './openQueue';

export const info: Command<typeof LOOKING> = {
  name: 'info',
  about: 'Prints the counts of one queue and who holds which task.',
  examples: [
    'info --owner acme --service mailer',
    'info --owner demo --service demo --embedded --json',
  ],
  settings: LOOKING,
  options: [
    new Option('--owner <id>', 'owner of the queue').makeOptionMandatory(),
    new Option(
      '--service <id>',
      'the external service whose tasks are queued',
    ).makeOptionMandatory(),
    EMBEDDED_OPTION,
  ],
  async run({ values }, asked, io) {
    const { owner, service } = asked as { readonly owner: string; readonly service: string };
    const { serviceId } = decode(InfoParams, { serviceId: service });
    const queue = { ownerId: owner as OwnerId, serviceId };
    const answer = infoAnswer(
      await lookAt(values, asked, io, ({ queue: work }) => work.info(queue)),
    );
    if (asked['json'] === true) {
      io.print(`${JSON.stringify({ ownerId: owner, serviceId, ...answer })}\n`);
      return;
    }
    const { unacknowledged, ...counts } = answer;
    for (const [name, value] of Object.entries(counts)) {
      io.print(`${name.padEnd(9)}${String(value)}\n`);
    }
    for (const { workerId, index, leaseUntil } of unacknowledged) {
      const until = new Date(leaseUntil).toISOString();
      io.print(`task ${String(index)} is with ${JSON.stringify(workerId)} until ${until}\n`);
    }
    if (answer.INDEX === '0') {
      io.say('Nothing was ever added to it; the command queues lists those that exist.');
    }
  },
};
