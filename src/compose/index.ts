/** The one place that constructs adapters and wires ports. */
export type { GetOek, MasterKey } from '../crypto';
export { masterKeys } from '../crypto';
export type { CassandraOptions, Migrated, MigrateOptions } from '../log/cassandra';
export { migrateCassandra } from '../log/cassandra';
export type { RedisOptions } from '../projections/redis';
export type { VerifyRun } from '../commands/jobs';
export type { Verified } from '../commands/verify';
export type { ComposeOptions, Composition, Jobs, Upkeep, WorkQueue } from './compose';
export { LIMITS } from './compose';
export type { Health, PartHealth } from './health';
export type { EmbeddedOptions } from './embedded';
export { composeEmbedded } from './embedded';
export type { Servers, ServersOptions } from './servers';
export { composeServers } from './servers';
export { untilThere } from './untilThere';
