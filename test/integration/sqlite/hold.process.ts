import { openSqliteLog } from '../../../src/log/sqlite';

/** Opens the log and holds it until it is killed. */
const [, , dataDir = ''] = process.argv;
openSqliteLog({ dataDir });
console.log('open');
setInterval(() => undefined, 1000);
