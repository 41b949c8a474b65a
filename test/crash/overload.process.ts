import { parseArgs } from 'node:util';
import { overload } from './overload';
import { startServers } from './stage/stage';

/** npm run overload -- [--seconds S] [--json]: ten times the sustainable load on a Cassandra 2 s slow. */

const { values } = parseArgs({
  options: { seconds: { type: 'string', default: '180' }, json: { type: 'boolean' } },
});

async function main(): Promise<void> {
  const servers = await startServers();
  try {
    const result = await overload(servers, Number(values.seconds), (seen) => {
      process.stdout.write(`${JSON.stringify(seen)}\n`);
    });
    for (const finding of result.findings) process.stderr.write(`${JSON.stringify(finding)}\n`);
    const { seconds: _, findings, ...told } = result;
    process.stdout.write(`${JSON.stringify(told)}\n`);
    if (findings.length > 0) process.exitCode = 1;
  } finally {
    await servers.stop();
  }
}

void main();
