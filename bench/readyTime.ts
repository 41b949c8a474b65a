import { spawn } from 'node:child_process';
import { performance } from 'node:perf_hooks';

/** Milliseconds from `npm start` to its ready line, once everything is installed and built. */
export async function readyMs(dataDir: string): Promise<number> {
  const startedAt = performance.now();
  const child = spawn('npm', ['start', '--silent', '--', '--json'], {
    env: { ...process.env, PORT: '0', DATA_DIR: dataDir },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const exited = new Promise((resolve) => child.once('exit', resolve));
  try {
    for await (const chunk of child.stdout) {
      if (String(chunk).includes('{')) return performance.now() - startedAt;
    }
    throw new Error('the service ended before it was ready');
  } finally {
    child.kill('SIGTERM');
    await exited;
  }
}
