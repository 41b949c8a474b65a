export { CorruptRow, DataFolderInUse, DataFolderUnusable, NotALog, SchemaTooNew } from './errors';
export { openSqliteLog } from './sqliteLog';
