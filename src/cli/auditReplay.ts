import { hostname, userInfo } from 'node:os';
import { Option } from 'commander';
import type { ReplayQuery } from '../audit';
import { opened } from '../audit';
import { EVENT_TYPES } from '../domain';
import { AUDITING, auditQueue, naturalOf, QUEUE_OPTIONS, timeOf } from './audit';
import { FORMATS } from './auditFormats';
import type { Command } from './command';
import { CommandFailed } from './commandFailed';

interface Wanted extends Omit<ReplayQuery, 'payloads'> {
  readonly format: keyof typeof FORMATS;
  readonly json?: boolean;
  readonly reveal?: boolean;
}

export const auditReplay: Command<typeof AUDITING> = {
  name: 'audit replay',
  about:
    'Prints what happened to a queue: a row of its log each, by task or in the order in which it was decided.',
  examples: [
    'audit replay --owner acme --service mailer --task 7',
    'audit replay --owner acme --service mailer --from 2026-01-31 --format csv',
  ],
  settings: AUDITING,
  options: [
    ...QUEUE_OPTIONS,
    new Option('--from <time>', 'not before: ISO 8601, or milliseconds since 1970').argParser(
      timeOf,
    ),
    new Option('--to <time>', 'not after').argParser(timeOf),
    new Option('--task <n>', 'of this task').argParser(naturalOf),
    new Option('--worker <id>', 'that names this worker'),
    new Option('--type <type>', 'of this type').choices(EVENT_TYPES),
    new Option('--limit <n>', 'not more rows').default(Infinity, 'all').argParser(naturalOf),
    new Option('--order <order>', 'by task, or by version: as it was decided')
      .choices(['task', 'version'])
      .default('task'),
    new Option('--format <format>', 'json: a line each')
      .choices(Object.keys(FORMATS))
      .default('table'),
    new Option(
      '--reveal',
      'opens payloads; needs the keys of the owner, and is recorded in the log of the queue',
    ),
  ],
  async run({ values }, asked, io) {
    const { format, json, reveal = false, ...wanted } = wantedOf(asked as unknown as Wanted); // its options are those of this command
    const writer = FORMATS[json === true ? 'json' : format](reveal);
    if (reveal && asked['embedded'] !== true && values['keys.masterFile'] === undefined) {
      throw new CommandFailed(
        'Payloads open with the keys of their owner: set KEYS_MASTER_FILE (--keys-master-file). ' +
          'Keys of a key service cannot be asked for from here: call worker.queue.audit.replay with reveal.',
        2,
      );
    }
    await auditQueue(values, asked, io, async ({ queue, damage }) => {
      if (reveal) await queue.recordReveal(whoAsks(), JSON.stringify(asRecorded(wanted)));
      io.print(writer.head);
      let found = 0;
      for await (const page of queue.replay({ ...wanted, payloads: reveal }, damage)) {
        const lines: string[] = [];
        for (const row of page) {
          const revealed = reveal ? await opened(queue, row, damage) : {};
          lines.push(writer.line(row, revealed));
        }
        found += page.length;
        await io.print(lines.join(''));
      }
      if (found === 0) io.say('No such events.');
    });
  },
};

/** Only what was asked for, as it is recorded. */
function wantedOf(given: Wanted): Wanted {
  const { from, to, task, worker, type, limit, order, format, json, reveal } = given;
  const all = { from, to, task, worker, type, limit, order, format, json, reveal };
  return Object.fromEntries(
    Object.entries(all).filter(([, value]) => value !== undefined),
  ) as unknown as Wanted; // those that must be there have defaults
}

const asRecorded = ({ limit, ...wanted }: Partial<Wanted>) =>
  limit === Infinity ? wanted : { ...wanted, limit };

function whoAsks(): string {
  try {
    return `${userInfo().username}@${hostname()}`;
  } catch {
    return `uid ${process.getuid?.() ?? 'unknown'}@${hostname()}`; // a user without an entry
  }
}
