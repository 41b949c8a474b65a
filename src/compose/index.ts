/** The one place that constructs adapters and wires ports. */
export type { GetOek, MasterKey } from '../crypto';
export { masterKeys, readKeyring } from '../crypto';
export type { DroppedSegment } from '../commands/retain';
export type {
  CassandraFacts,
  CassandraNode,
  CassandraOptions,
  Migrated,
  MigrateOptions,
} from '../log/cassandra';
export { examineCassandra, migrateCassandra } from '../log/cassandra';
export type { RedisFacts, RedisOptions } from '../projections/redis';
export { examineRedis } from '../projections/redis';
export type { VerifyRun } from '../commands/jobs';
export type { Verified } from '../commands/verify';
export type { PublicKeys, SealFinding, SealReport } from '../seals';
export { publicKeysOf } from '../seals';
export type { ComposeOptions, Composition, Jobs, Upkeep, WorkQueue } from './compose';
export { LIMITS } from './compose';
export type { Health, PartHealth } from './health';
export type { EmbeddedOptions } from './embedded';
export { composeEmbedded } from './embedded';
export type { KeepingOptions } from './keeping';
export { DAY_MS, SEAL_AFTER_HOURS } from './keeping';
export type { LogParts } from './logParts';
export type { Servers, ServersOptions } from './servers';
export { composeServers, composeServersLog } from './servers';
export { untilThere } from './untilThere';
