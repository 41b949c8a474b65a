// npm run build: src to dist.
import { ensureBuilt, ensureInstalled, main } from './setup.mjs';

await main(() => {
  ensureInstalled();
  ensureBuilt();
});
