import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import type { QueueNodeOptions } from './queueNode.process';

const ROOT = join(__dirname, '../..');

export interface QueueNode {
  /** Ends it as a crash does. */
  kill(): Promise<void>;
  /** Lets it finish; answers its exit code. */
  stop(): Promise<number | null>;
}

/** Resolves when it takes calls. */
export async function startQueueNode(options: QueueNodeOptions): Promise<QueueNode> {
  const child = spawn(
    process.execPath,
    [
      '-r',
      './test/support/swcRegister.cjs',
      'test/support/queueNode.process.ts',
      JSON.stringify(options),
    ],
    { cwd: ROOT, stdio: ['pipe', 'pipe', 'inherit'] },
  );
  const closed = once(child, 'close');
  const endedEarly = closed.then(() => {
    throw new Error('The node ended before it was ready');
  });
  await Promise.race([once(child.stdout, 'data'), endedEarly]);
  endedEarly.catch(() => undefined);
  return {
    async kill() {
      child.kill('SIGKILL');
      await closed;
    },
    async stop() {
      child.stdin.end();
      await closed;
      return child.exitCode;
    },
  };
}
