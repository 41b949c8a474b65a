import { createAudit } from '../audit';
import type { Audit, AuditNeeds } from '../audit';
import type { DroppedSegment, Retention } from '../commands/retain';
import { retain } from '../commands/retain';
import type { KeySource } from '../crypto';
import { createValueCodec, createVault, fieldNames, VALUE_LIMITS } from '../crypto';
import type { Log, QueueId } from '../domain';
import { openRowSorting } from '../log/sqlite';
import type { PublicKeys, SealReport } from '../seals';
import { verifySeals } from '../seals';
import { timeUuids } from './timeUuids';

/** What needs the log alone, so that it can be asked while there is no projection. */
export interface LogParts {
  readonly audit: Audit;
  /** One page of the queues that exist; `after` is the last one of the page before. */
  queues(page: {
    readonly after: QueueId | null;
    readonly max: number;
  }): Promise<readonly QueueId[]>;
  /** Drops segments of one queue that were closed long ago. */
  retain(queue: QueueId, retention: Retention): Promise<readonly DroppedSegment[]>;
  /** Whether what is sealed of a queue is as it was sealed. */
  verifySeals(queue: QueueId, keys: PublicKeys): Promise<SealReport>;
  close(): Promise<void>;
}

type Ports = Pick<AuditNeeds, 'log' | 'vault' | 'values' | 'eventId'>;
/** Retention goes by its clock. */
type Clock = Parameters<typeof retain>[0]['projection'];

/** Without a projection there is no lease clock, but that of this machine. */
const thisMachine: Clock = { identity: () => Promise.resolve({ now: Date.now() }) };

/** The same whether there is a projection or not. */
export const partsOnLog = (ports: Ports, projection: Clock): Omit<LogParts, 'close'> => ({
  audit: createAudit({ ...ports, openRowSorting, fieldNames, now: () => Date.now() }),
  queues: (page) => ports.log.queues(page),
  retain: (queue, retention) => retain({ log: ports.log, projection }, queue, retention),
  verifySeals: (queue, keys) => verifySeals(ports.log, queue, keys),
});

export function composeLogParts(log: Log, keys: KeySource): LogParts {
  const ports = {
    log,
    vault: createVault(keys),
    values: createValueCodec(VALUE_LIMITS),
    eventId: timeUuids(),
  };
  return { ...partsOnLog(ports, thisMachine), close: () => log.close() };
}
