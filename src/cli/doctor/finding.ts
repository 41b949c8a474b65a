import { QueueError } from '../../domain';
import { CommandFailed } from '../commandFailed';

/** What one check found. Only a warning and what is wrong have something to do. */
export interface Finding {
  readonly check: string;
  readonly status: 'ok' | 'warning' | 'wrong';
  readonly found: string;
  /** Names the setting and the next step. */
  readonly toDo: string | null;
}

export const ok = (check: string, found: string): Finding => ({
  ...{ check, status: 'ok', found },
  toDo: null,
});

export const warning = (check: string, found: string, toDo: string): Finding => ({
  ...{ check, status: 'warning', found, toDo },
});

export const wrong = (check: string, found: string, toDo: string): Finding => ({
  ...{ check, status: 'wrong', found, toDo },
});

const ONCE_THE_REST_IS_WELL = 'Mend the rest first, then run doctor again.';

/** For what a start refuses: the last sentence says what to do. A server's own words end without a stop. */
export function refused(check: string, { message }: QueueError | CommandFailed): Finding {
  const end = message.endsWith('.') ? message.lastIndexOf('. ') : -1;
  return end < 0
    ? wrong(check, message, ONCE_THE_REST_IS_WELL)
    : wrong(check, message.slice(0, end), message.slice(end + 2));
}

/** What can be mended is a finding, anything else a bug. */
export async function foundBy(
  check: string,
  look: () => Promise<readonly Finding[]>,
): Promise<readonly Finding[]> {
  try {
    return await look();
  } catch (error) {
    if (error instanceof QueueError || error instanceof CommandFailed) {
      return [refused(check, error)];
    }
    throw error;
  }
}
