import { InvalidArgumentError, Option } from 'commander';
import type { DamagedRow, QueueAudit } from '../audit';
import { nameOf } from '../audit';
import { masterKeys } from '../compose';
import type { Values } from '../config';
import { settings } from '../config';
import type { OwnerId } from '../domain';
import { decode } from '../service/params/decode';
import { InfoParams } from '../service/params/params';
import { timeOf as parsedTime } from '../service/params/time';
import type { Asked, Io } from './command';
import { CommandFailed } from './commandFailed';
import { EMBEDDED_OPTION, LOOKING_AT_LOG, lookAtLog } from './openQueue';

/** What the commands of the audit share. */
export const AUDITING = {
  ...LOOKING_AT_LOG,
  'keys.masterFile': settings.SERVICE['keys.masterFile'],
};

export const QUEUE_OPTIONS: readonly Option[] = [
  new Option('--owner <id>', 'owner of the queue').makeOptionMandatory(),
  new Option('--service <id>', 'the external service whose tasks are queued').makeOptionMandatory(),
  EMBEDDED_OPTION,
];

interface Looking {
  readonly queue: QueueAudit;
  /** Hears of rows and payloads that cannot be read. */
  readonly damage: (damaged: DamagedRow) => void;
}

/** Runs `look` on the queue that was named. Rows that cannot be read are named, and it ends with 1 then. */
export async function auditQueue(
  values: Values<typeof AUDITING>,
  asked: Asked,
  io: Io,
  look: (looking: Looking) => Promise<void>,
): Promise<void> {
  const { owner, service } = asked as { readonly owner: string; readonly service: string };
  const { serviceId } = decode(InfoParams, { serviceId: service });
  const file = values['keys.masterFile'];
  let damagedRows = 0;
  const damage = ({ stored, reason }: DamagedRow): void => {
    damagedRows += 1;
    io.say(`Damaged: ${nameOf(stored)}: ${reason}`);
  };
  await lookAtLog(
    values,
    asked,
    io,
    async ({ audit }) => {
      const queue = await audit.of({ ownerId: owner as OwnerId, serviceId });
      if (!queue) {
        const name = `${JSON.stringify(owner)} ${JSON.stringify(service)}`;
        throw new CommandFailed(`No such queue: ${name}. The command queues lists them.`, 2);
      }
      const dropped = await queue.droppedTo();
      if (dropped > 0) io.say(`Retention has dropped what happened to tasks up to ${dropped}.`);
      await look({ queue, damage });
    },
    file === undefined ? undefined : masterKeys(file.content),
  );
  if (damagedRows > 0) {
    throw new CommandFailed(`${damagedRows} damaged in all; the rest is complete.`);
  }
}

/** A time: ISO 8601, or milliseconds since 1970. */
export function timeOf(text: string): number {
  const ms = parsedTime(text);
  if (!Number.isNaN(ms)) return ms;
  throw new InvalidArgumentError(
    'It must be a time with its zone as 2026-01-31T12:00:00Z, a day in UTC as 2026-01-31, or milliseconds since 1970.',
  );
}

const UNITS_MS: Readonly<Record<string, number>> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000 };

/** A duration in milliseconds. */
export function durationOf(text: string): number {
  const [, count = '', unit = 'ms'] = /^(\d{1,9})(ms|s|m|h)?$/.exec(text) ?? [];
  const ms = Number(count) * (UNITS_MS[unit] ?? 1);
  if (ms > 0) return ms;
  throw new InvalidArgumentError('It must be a duration as 500ms, 30s, 5m or 1h.');
}

export function naturalOf(text: string): number {
  const number = /^\d{1,15}$/.test(text) ? Number(text) : 0;
  if (number >= 1) return number;
  throw new InvalidArgumentError('It must be a whole number from 1.');
}

export const isoOf = (ms: number): string => new Date(ms).toISOString();
