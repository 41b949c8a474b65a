import type { Addresses } from './addresses';

export type { CassandraAddress } from './addresses';

export { SERVER_START_MS } from './addresses';

/** SKIP_SERVERS=1: suites that need a real server are left out, and say so. */
export const describeOnServers: (name: string, suite: () => void) => void = (name, suite) => {
  if (process.env['SKIP_SERVERS'] !== '1') {
    describe(name, suite);
    return;
  }
  process.stderr.write(`SKIPPED, for SKIP_SERVERS=1: ${name}\n`);
  describe.skip(name, suite); // asked for by SKIP_SERVERS, and said
};

/**
 * Where the server of this run answers that all suites share: the one that the environment names
 * (CASSANDRA_CONTACT_POINTS, REDIS_URL), else one in a container, else a process on this machine.
 */
export async function shared<Name extends keyof Addresses>(name: Name): Promise<Addresses[Name]> {
  const answer = await fetch(`${String(process.env['TEST_SERVERS'])}/${name}`);
  const text = await answer.text();
  if (!answer.ok) throw new Error(text);
  return JSON.parse(text) as Addresses[Name];
}
