import { readFileSync } from 'node:fs';
import { Option } from 'commander';
import type { PublicKeys, SealFinding, SealReport } from '../compose';
import { publicKeysOf } from '../compose';
import { settings } from '../config';
import { QueueError } from '../domain';
import type { Asked, Command } from './command';
import { CommandFailed } from './commandFailed';
import { EMBEDDED_OPTION, LOOKING_AT_LOG, lookAtLog } from './openQueue';
import { OWNER_OPTION, queueAsked, SERVICE_OPTION } from './queueOption';

const VERIFYING = { ...LOOKING_AT_LOG, ...settings.KEEPING };
type Pem = { readonly content: string } | undefined;

export const auditVerify: Command<typeof VERIFYING> = {
  name: 'audit verify',
  about:
    'Compares the log of one queue with its seals. Ends with 0 if nothing was changed, 1 if something ' +
    'was (each row is named), 2 if it cannot tell.',
  examples: ['audit verify --owner acme --service mailer --public-key seals.pem'],
  settings: VERIFYING,
  options: [
    OWNER_OPTION().makeOptionMandatory(),
    SERVICE_OPTION().makeOptionMandatory(),
    new Option(
      '--public-key <file>',
      'public keys that seals were signed with (PEM), one after another; without: that of SEALS_KEY_FILE',
    ),
    EMBEDDED_OPTION,
  ],
  async run({ values }, asked, io) {
    const queue = queueAsked(asked);
    const report = await orUnclear(() => {
      const keys = keysOf(asked, values['seals.keyFile']);
      return lookAtLog(values, asked, io, (composition) => composition.verifySeals(queue, keys));
    });
    if (asked['json'] === true) io.print(`${JSON.stringify({ ...queue, ...report })}\n`);
    else for (const line of textOf(report)) io.print(`${line}\n`);
    const { findings, unclear } = report;
    if (findings.length > 0) {
      throw new CommandFailed(`${String(findings.length)} difference(s) to what was sealed.`);
    }
    if (unclear.length > 0) throw new CommandFailed(unclear.join('\n'), 2);
  },
};

function keysOf({ publicKey }: Asked, keyFile: Pem): PublicKeys {
  if (typeof publicKey !== 'string') return keyFile ? publicKeysOf(keyFile.content) : new Map();
  try {
    return publicKeysOf(readFileSync(publicKey, 'utf8'));
  } catch (error) {
    const { message } = error as Error;
    throw new CommandFailed(`--public-key ${publicKey} cannot be used: ${message}`, 2);
  }
}

/** Whatever can be mended here means that nothing was found out. */
async function orUnclear<A>(work: () => Promise<A>): Promise<A> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof QueueError || error instanceof CommandFailed) {
      throw new CommandFailed(error.message, 2);
    }
    throw error;
  }
}

function textOf(report: SealReport): string[] {
  const { seals, newest, verified, dropped, reopened, unsealed, findings } = report;
  const segments = (name: string, listed: readonly number[], about: string): string[] =>
    listed.length === 0 ? [] : [`${name.padEnd(9)} ${rangesOf(listed)} (${about})`];
  return [
    `seals     ${String(seals)}${newest === null ? '' : `, the newest ${newest}`}`,
    ...segments('verified', verified, 'segments as they were sealed'),
    ...segments('dropped', dropped, 'by retention; their seals stand'),
    ...segments('reopened', reopened, 'by a rewind; what came since is not sealed yet'),
    ...segments('unsealed', unsealed, 'closed, without a seal'),
    ...findings.map(told),
  ];
}

function told(finding: SealFinding): string {
  const where = 'segment' in finding ? `segment ${String(finding.segment)}, ` : '';
  const seal = `${where}seal ${String(finding.seal)}`;
  switch (finding.type) {
    case 'missing':
      return `MISSING   ${seal}: there are later ones`;
    case 'seal':
      return `CHANGED   ${seal}: it is not a seal of this queue and number`;
    case 'signature':
      return `CHANGED   ${seal}: its signature is not that of its key`;
    case 'chain':
      return `CHANGED   ${seal}: it is not the one that followed the seal before it`;
    case 'list':
      return `CHANGED   ${seal}: the list of its rows is lost or changed`;
    case 'floor':
      return `CHANGED   ${seal}: marked as dropped, but not by retention`;
    case 'rows':
      return `CHANGED   ${seal}: its rows; which of them cannot be told`;
    case 'changed':
      return `CHANGED   ${nameOf(finding.row)} (${seal})`;
    case 'removed':
      return `REMOVED   ${nameOf(finding.row)} (${seal})`;
    case 'added':
      return `ADDED     ${nameOf(finding.row)}, after the seal (${seal})`;
    case 'moved':
      return `MOVED     ${nameOf(finding.row)} holds what was sealed as ${nameOf(finding.from)} (${seal})`;
    case 'order':
      return `REORDERED ${nameOf(finding.row)} (${seal})`;
  }
}

interface Row {
  readonly index: number;
  readonly epoch: number;
  readonly version: number;
}

const nameOf = ({ index, epoch, version }: Row): string =>
  `task ${String(index)}, epoch ${String(epoch)}, version ${String(version)}`;

/** 1-3, 7: ascending numbers. */
function rangesOf(numbers: readonly number[]): string {
  const ranges: [number, number][] = [];
  for (const n of numbers) {
    const last = ranges.at(-1);
    if (last?.[1] === n - 1) last[1] = n;
    else ranges.push([n, n]);
  }
  return ranges
    .map(([from, to]) => (from === to ? String(from) : `${String(from)}-${String(to)}`))
    .join(', ');
}
