/** The one place that constructs adapters and wires ports. */
export type { GetOek, MasterKey } from '../crypto';
export { masterKeys } from '../crypto';
export type { DroppedSegment } from '../commands/retain';
export type { CassandraOptions, Migrated, MigrateOptions } from '../log/cassandra';
export { migrateCassandra } from '../log/cassandra';
export type { RedisOptions } from '../projections/redis';
export type { PublicKeys, SealFinding, SealReport } from '../seals';
export { publicKeysOf } from '../seals';
export type { ComposeOptions, Composition, Jobs, WorkQueue } from './compose';
export { LIMITS } from './compose';
export type { Health, PartHealth } from './health';
export type { EmbeddedOptions } from './embedded';
export { composeEmbedded } from './embedded';
export type { KeepingOptions } from './keeping';
export { DAY_MS, SEAL_AFTER_HOURS } from './keeping';
export type { Servers, ServersOptions } from './servers';
export { composeServers } from './servers';
export { untilThere } from './untilThere';
