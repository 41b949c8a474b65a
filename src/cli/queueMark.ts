import { InvalidArgumentError } from 'commander';
import * as E from 'fp-ts/Either';
import * as t from 'io-ts';
import type { QueueId } from '../domain';

const Mark = t.tuple([t.string, t.string]);

/** A queue as a word that a shell takes: a name may hold anything. */
export const markOf = ({ ownerId, serviceId }: QueueId): string =>
  Buffer.from(JSON.stringify([ownerId, serviceId])).toString('base64url');

/** The queue of a mark. Throws InvalidArgumentError. */
export function queueOf(mark: string): QueueId {
  const names = E.tryCatch(
    () => JSON.parse(Buffer.from(mark, 'base64url').toString()) as unknown,
    E.toError,
  );
  if (E.isLeft(names) || !Mark.is(names.right)) {
    throw new InvalidArgumentError('It must be a mark that was printed.');
  }
  const [ownerId, serviceId] = names.right;
  return { ownerId, serviceId } as QueueId;
}
