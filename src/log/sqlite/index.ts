export { CorruptRow } from '../corruptRow';
export { DataFolderInUse, DataFolderUnusable, NotALog, SchemaTooNew } from './errors';
export { openRowSorting } from './rowSorting';
export { openSqliteLog } from './sqliteLog';
