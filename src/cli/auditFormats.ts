import type { AuditRow } from '../audit';
import { told } from '../audit';
import { renderJson } from '../service/http/renderJson';
import { isoOf } from './audit';

type Revealed = Readonly<Record<string, unknown>>;

interface Writer {
  /** Before the first line. */
  readonly head: string;
  line(row: AuditRow, revealed: Revealed): string;
}

const COLUMNS = [
  ...['at', 'epoch', 'version', 'task', 'type', 'leaseId', 'workerId', 'fetchedAt', 'leaseUntil'],
  ...['token', 'last', 'reason', 'by', 'query', 'keyId', 'eventId'],
];
/** What an owner can have written; token says only that there is one, its value is tokenValue. */
const REVEALED = ['value', 'tokenValue', 'result', 'error'];

export const FORMATS: Readonly<Record<'table' | 'json' | 'csv', (reveal: boolean) => Writer>> = {
  json: (reveal) => ({
    head: '',
    line: (row, revealed) => `${renderJson(reveal ? { ...told(row), revealed } : told(row))}\n`,
  }),

  csv: (reveal) => ({
    head: `${[...COLUMNS, ...(reveal ? REVEALED : [])].join()}\r\n`,
    line(row, revealed) {
      const fields = told(row);
      const { token, ...opened } = revealed;
      const shown: Revealed = { ...opened, ...(token === undefined ? {} : { tokenValue: token }) };
      const cells = COLUMNS.map((name) => cell(fields[name]));
      if (reveal) {
        for (const name of REVEALED) {
          cells.push(name in shown ? cell(renderJson(shown[name])) : '');
        }
      }
      return `${cells.join()}\r\n`;
    },
  }),

  table: () => ({
    head: `${columns('TIME', 'ORDER', 'TASK', 'TYPE')}WHAT\n`,
    line(row, revealed) {
      const { at, epoch, version } = row.stored;
      const order = `${epoch}.${version}`;
      const task = row.task === null ? '-' : String(row.task);
      const opened = Object.entries(revealed).map(([name, of]) => `${name} ${renderJson(of)}`);
      const what = [whatOf(row), ...opened].join('  ');
      return `${columns(isoOf(at), order, task, row.event.type)}${what}\n`;
    },
  }),
};

const columns = (at: string, order: string, task: string, type: string): string =>
  `${at.padEnd(24)}  ${order.padEnd(10)}  ${task.padStart(8)}  ${type.padEnd(9)}  `;

/** Names as JSON has them: they may hold anything, also what a terminal would obey. */
function whatOf({ event }: AuditRow): string {
  switch (event.type) {
    case 'Added':
      return event.token ? 'with a token' : '';
    case 'Fetched':
      return `${event.leaseId} to ${JSON.stringify(event.workerId)} until ${isoOf(event.leaseUntil)}`;
    case 'Acked':
      return `${event.leaseId} by ${JSON.stringify(event.workerId)}`;
    case 'Recovered':
      return event.leaseId;
    case 'Rewound':
      return `to ${event.last}`;
    case 'Refused':
      return `${event.leaseId} by ${JSON.stringify(event.workerId)}: ${event.reason}`;
    case 'Revealed':
      return `by ${JSON.stringify(event.by)}: ${event.query}`;
  }
}

/** A spreadsheet takes a text that begins like a formula for one: it gets an apostrophe in front. */
function cell(value: unknown): string {
  if (value === undefined || value === null) return '';
  if (typeof value !== 'string') return JSON.stringify(value);
  const text = /^[=+\-@\t\r]/.test(value) ? `'${value}` : value;
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
