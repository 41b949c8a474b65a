// npm run crash -- ...: real faults on real servers (docs/reliability.md).
import { spawn } from 'node:child_process';
import { ensureInstalled, main, nodePath, root, scriptEnv } from './setup.mjs';

await main(() => {
  ensureInstalled();
  const args = ['-r', './test/support/swcRegister.cjs', 'test/crash/crash.process.ts'];
  const child = spawn(nodePath(), [...args, ...process.argv.slice(2)], {
    cwd: root,
    env: scriptEnv(),
    stdio: 'inherit',
  });
  child.on('exit', (code) => (process.exitCode = code ?? 1));
});
