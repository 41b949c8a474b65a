import autocannon from 'autocannon';
import type { HttpOptions, HttpReady } from '../children/httpChild';
import { TOKEN } from '../children/httpChild';
import { startChild } from '../started/child';
import { VALUE } from '../value';
import type { TablePlan } from './table';
import { ratiosOf } from './table';

const CONNECTIONS = 64;
const OF = `requests/s, ${String(CONNECTIONS)} connections`;
const OURS = 'ours, add over HTTP';
const EMPTY = 'an empty action of moleculer-web';

export const http: TablePlan = {
  name: 'http',
  families: ['ours'],
  async measure(run) {
    const ours = await run.ours();
    const script = require.resolve('../children/httpChild');
    const start = async (options: HttpOptions) => {
      const { child, ready } = await startChild<never, never>(script, options);
      return { child, url: (ready as HttpReady).url };
    };
    const gateway = await start({ servers: ours.servers });
    const empty = await start({ servers: null });
    const seconds = Math.ceil(run.settings.forMs / 1000);
    const measures = {
      [OURS]: () => requestsPerSecond(gateway.url, seconds),
      [EMPTY]: () => requestsPerSecond(empty.url, seconds),
    };
    try {
      for (const warmUp of Object.values(measures)) await warmUp();
      const spreads = await run.inTurn({
        ...measures,
        async [OURS]() {
          await run.rest();
          return requestsPerSecond(gateway.url, seconds);
        },
      });
      const body = 'each in a process of its own, the same POST with a JSON body';
      const rows = [
        { of: OF, name: OURS, ...spreads[OURS], configuration: `${ours.configuration}; ${body}` },
        { of: OF, name: EMPTY, ...spreads[EMPTY], configuration: body },
      ];
      const goal = { must: 0.5, try: 0.7 };
      return {
        title: 'Adds over HTTP',
        rows,
        ratios: ratiosOf(rows, OF, [OURS, EMPTY], goal),
      };
    } finally {
      await gateway.child.stop();
      await empty.child.stop();
    }
  },
};

async function requestsPerSecond(url: string, seconds: number): Promise<number> {
  const result = await autocannon({
    url,
    connections: CONNECTIONS,
    duration: seconds,
    method: 'POST',
    headers: { authorization: `Bearer ${TOKEN}`, 'content-type': 'application/json' },
    body: JSON.stringify({ value: VALUE }),
  });
  if (result.non2xx > 0 || result.errors > 0)
    throw new Error(`${url}: ${String(result.non2xx)} refused, ${String(result.errors)} errors`);
  return result['2xx'] / result.duration;
}
