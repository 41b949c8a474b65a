import type { QueueInfo } from '../domain';
import type { Command } from './effects';
import { operate } from './effects';

/** What the projection counts, and who holds what. Logs nothing. */
export function* info(leasesMax: number): Command<QueueInfo> {
  return (yield* operate({ do: 'info', leasesMax })).reply;
}
