// npm run crash | overload -- ...: real faults on real servers (docs/reliability.md). Built, because each
// node that is killed is started again, and a start that compiles takes several times as long.
import { join } from 'node:path';
import { become } from './run.mjs';
import { ensureBuilt, ensureInstalled, main, root } from './setup.mjs';

await main(() => {
  const [name, ...args] = process.argv.slice(2);
  ensureInstalled();
  ensureBuilt({
    out: 'dist-crash',
    project: 'tsconfig.crash.json',
    sources: ['src', 'test/crash', 'test/support'],
  });
  process.chdir(root);
  become(join(root, 'dist-crash', 'test', 'crash', `${name}.process.js`), args);
});
