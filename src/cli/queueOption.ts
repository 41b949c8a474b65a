import { Option } from 'commander';
import type { OwnerId, QueueId } from '../domain';
import { decode } from '../service/params/decode';
import { InfoParams } from '../service/params/params';
import type { Asked } from './command';

export const OWNER_OPTION = (): Option => new Option('--owner <id>', 'owner of the queue');
export const SERVICE_OPTION = (): Option =>
  new Option('--service <id>', 'the external service whose tasks are queued');

/** The queue that was asked for. Throws InvalidInput. */
export function queueAsked(asked: Asked): QueueId {
  const { owner, service } = asked as { readonly owner: string; readonly service: string };
  const { serviceId } = decode(InfoParams, { serviceId: service });
  return { ownerId: owner as OwnerId, serviceId };
}
