import { v1 as timeUuid } from 'uuid';
import { createAudit } from '../audit';
import { retain } from '../commands/retain';
import type { KeySource } from '../crypto';
import { createValueCodec, createVault, fieldNames, VALUE_LIMITS } from '../crypto';
import type { Log } from '../domain';
import { openRowSorting } from '../log/sqlite';
import { verifySeals } from '../seals';
import type { Composition } from './compose';

/** What needs the log alone, so that it can be asked while there is no projection. */
export type LogParts = Pick<Composition, 'audit' | 'queues' | 'retain' | 'verifySeals' | 'close'>;

/** Without a projection there is no lease clock: retention goes by the clock of this machine. */
const thisMachine = { identity: () => Promise.resolve({ now: Date.now() }) };

export function composeLogParts(log: Log, keys: KeySource): LogParts {
  const ports = {
    log,
    vault: createVault(keys),
    values: createValueCodec(VALUE_LIMITS),
    eventId: () => timeUuid(),
  };
  return {
    audit: createAudit({ ...ports, openRowSorting, fieldNames, now: () => Date.now() }),
    queues: (page) => log.queues(page),
    retain: (queue, retention) => retain({ log, projection: thisMachine }, queue, retention),
    verifySeals: (queue, keys) => verifySeals(log, queue, keys),
    close: () => log.close(),
  };
}
