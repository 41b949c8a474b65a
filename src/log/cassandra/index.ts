export type { CassandraLogOptions } from './cassandraLog';
export { openCassandraLog } from './cassandraLog';
export {
  CassandraMisconfigured,
  KeyspaceMissing,
  SchemaMissing,
  SchemaTooNew,
  SchemaTooOld,
} from './errors';
export type { CassandraFacts, CassandraNode } from './examine';
export { examineCassandra } from './examine';
export type { Migrated, MigrateOptions } from './migrate';
export { migrateCassandra } from './migrate';
export type { CassandraOptions } from './options';
