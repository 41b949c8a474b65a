import { hostname } from 'node:os';
import { Argument, Option } from 'commander';
import type { Settings } from '../../config';
import { settings } from '../../config';
import type { Io } from '../command';
import { CommandFailed } from '../commandFailed';

/** What the commands that call a gateway share. */
export const CALLING = settings.CLIENT satisfies Settings;
/** Without a token the gateway answers nobody. */
export const REQUIRED: readonly (readonly (keyof typeof CALLING)[])[] = [['queue.token']];

export const SERVICE = (): Argument =>
  new Argument('<service>', 'the external service whose tasks are queued');

export const WORKER = (): Option =>
  new Option('--worker-id <id>', 'who holds the task').default(hostname(), 'name of this machine');

/** JSON that was given as an argument, or with `-` on stdin. Rejects with CommandFailed. */
export async function jsonGiven(name: string, text: string, { input }: Io): Promise<unknown> {
  const json = text === '-' ? await input() : text;
  try {
    return JSON.parse(json) as unknown;
  } catch {
    // The text is not repeated: it may be secret.
    const where = text === '-' ? `What came on stdin for ${name}` : name;
    throw new CommandFailed(
      `${where} must be JSON. A text needs its own quotes: '"hello"'; - reads it from stdin.`,
      2,
    );
  }
}
