import { parseArgs } from 'node:util';
import type { Seen } from './overload';
import { overload } from './overload';
import { startServers } from './stage/stage';
import type { Answered } from './stage/tally';

/**
 * npm run overload -- [--seconds S] [--json]: ten times of what a node can do while its Cassandra is 2 s
 * slow, for so long, and what comes after. With --json a line for each second.
 */

const { values } = parseArgs({
  options: { seconds: { type: 'string', default: '180' }, json: { type: 'boolean' } },
});
const inJson = values.json === true;
const print = (line: string): void => void process.stdout.write(`${line}\n`);

interface Phase {
  seconds: number;
  rssMiBMax: number;
  underWayMax: number;
  /** Of each answer: all of them, the p50 of the second in the middle, p99 and max of the worst. */
  readonly answers: Record<string, Answered>;
}

function phasesOf(seconds: readonly Seen[]): Record<string, Phase> {
  const phases = [...new Set(seconds.map(({ phase }) => phase))];
  return Object.fromEntries(
    phases.map((phase) => {
      const all = seconds.filter((second) => second.phase === phase);
      const names = new Set(all.flatMap(({ answers }) => Object.keys(answers)));
      const answers = [...names].map((name) => {
        const told = all.flatMap((second) => second.answers[name] ?? []);
        const p50s = told.map(({ p50 }) => p50).sort((a, b) => a - b);
        const count = told.reduce((sum, each) => sum + each.count, 0);
        const p50 = p50s[Math.floor(p50s.length / 2)] ?? 0;
        const p99 = Math.max(...told.map((each) => each.p99));
        return [name, { count, p50, p99, max: Math.max(...told.map(({ max }) => max)) }] as const;
      });
      const rssMiBMax = Math.max(...all.map(({ rssMiB }) => rssMiB));
      const underWayMax = Math.max(...all.map(({ underWay }) => underWay));
      const ofPhase = { seconds: all.length, rssMiBMax, underWayMax };
      return [phase, { ...ofPhase, answers: Object.fromEntries(answers) }];
    }),
  );
}

async function main(): Promise<void> {
  const servers = await startServers();
  try {
    const result = await overload(servers, Number(values.seconds), (second) => {
      if (inJson) print(JSON.stringify(second));
    });
    const { seconds, findings, totals, ...told } = result;
    for (const finding of findings) process.stderr.write(`${JSON.stringify(finding)}\n`);
    const summary = { ...told, totals, phases: phasesOf(seconds) };
    if (inJson) print(JSON.stringify(summary));
    else {
      const { phases, ...rest } = summary;
      for (const [name, value] of Object.entries(rest)) print(`${name}: ${JSON.stringify(value)}`);
      for (const [phase, { answers, ...seen }] of Object.entries(phases)) {
        print(`${phase}: ${JSON.stringify(seen)}`);
        for (const [name, { count, p50, p99, max }] of Object.entries(answers))
          print(
            `  ${name.padEnd(22)} ${String(count).padStart(8)}  p50 ${String(p50)} ms, p99 ${String(p99)}, max ${String(max)}`,
          );
      }
    }
    if (findings.length > 0) process.exitCode = 1;
  } finally {
    await servers.stop();
  }
}

void main();
