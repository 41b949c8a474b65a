// npm run bench -- ...: builds src and bench as one program and runs bench/bench.ts. Built rather
// than transpiled on the fly, so that what is measured is what is published.
import { join } from 'node:path';
import { become } from './run.mjs';
import { ensureBuilt, ensureInstalled, main, root } from './setup.mjs';

await main(() => {
  ensureInstalled();
  ensureBuilt({
    out: 'dist-bench',
    project: 'tsconfig.bench.json',
    sources: ['src', 'bench', 'test/support'],
  });
  become(join(root, 'dist-bench', 'bench', 'bench.js'), process.argv.slice(2));
});
