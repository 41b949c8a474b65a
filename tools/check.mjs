// npm run check: everything that can be said of the code without running it.
import { runChecks } from './checks.mjs';
import { ensureInstalled, main } from './setup.mjs';

await main(async () => {
  ensureInstalled();
  const { failed } = await runChecks();
  if (failed > 0) process.exitCode = 1;
});
