export { CorruptRow } from '../corruptRow';
export { DataFolderInUse, DataFolderUnusable, NotALog, SchemaTooNew } from './errors';
export { openSqliteLog } from './sqliteLog';
