// npm start: makes ready what is missing, then runs the service. The script in package.json says
// `exec`, since npm's signals would otherwise end at a shell and leave the service running.
import { join } from 'node:path';
import { become } from './run.mjs';
import { ensureBuilt, ensureInstalled, main, root } from './setup.mjs';

await main(() => {
  ensureInstalled();
  ensureBuilt();
  become(join(root, 'dist', 'cli', 'main.js'), ['start', ...process.argv.slice(2)]);
});
