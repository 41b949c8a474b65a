import { Option } from 'commander';
import type { WhatIf } from '../audit';
import { AUDITING, auditQueue, durationOf, QUEUE_OPTIONS } from './audit';
import type { Command } from './command';

export const auditWhatIf: Command<typeof AUDITING> = {
  name: 'audit what-if',
  about:
    'Reckons what another time to recover would have done to the tasks that were recorded (docs/audit.md says by which model).',
  examples: ['audit what-if --owner acme --service mailer --time-to-recover 5m'],
  settings: AUDITING,
  options: [
    ...QUEUE_OPTIONS,
    new Option('--time-to-recover <duration>', 'of every lease: 500ms, 30s, 5m or 1h')
      .makeOptionMandatory()
      .argParser(durationOf),
  ],
  async run({ values }, asked, io) {
    const { timeToRecover, json } = asked as {
      readonly timeToRecover: number;
      readonly json?: boolean;
    };
    await auditQueue(values, asked, io, async ({ queue, damage }) => {
      const result = await queue.whatIf(timeToRecover, damage);
      io.print(json === true ? `${JSON.stringify(result)}\n` : table(result));
    });
  },
};

function table({ recorded, whatIf, timeToRecoverMs, assumed }: WhatIf): string {
  const { workMedianMs, pickUpMedianMs } = assumed;
  const names = Object.keys(recorded) as (keyof typeof recorded)[];
  return [
    line('', 'recorded', `at ${timeToRecoverMs} ms`),
    ...names.map((name) => line(name, shown(recorded[name]), shown(whatIf[name]))),
    `\nAssumed: work takes what was recorded, else ${shown(workMedianMs)} ms; the next delivery comes `,
    `${pickUpMedianMs} ms after a lease has ended.\n`,
  ].join('');
}

const shown = (value: number | null): string => (value === null ? '-' : String(value));
const line = (name: string, recorded: string, whatIf: string): string =>
  `${name.padEnd(14)}${recorded.padStart(12)}${whatIf.padStart(16)}\n`;
