import { Option } from 'commander';
import { migrateCassandra, untilThere } from '../compose';
import { settings } from '../config';
import type { Command } from './command';
import { cassandraOf } from './servers';

export const migrate: Command<typeof settings.MIGRATE> = {
  name: 'migrate',
  about:
    'Creates the keyspace of the log, or brings it to the schema of this release. Run it once, and ' +
    'after each upgrade, one at a time; a repeat changes nothing.',
  examples: [
    'migrate --cassandra-replication datacenter1:3 --dry-run',
    'migrate --cassandra-replication datacenter1:3',
  ],
  settings: settings.MIGRATE,
  options: [new Option('--dry-run', 'prints the CQL that would be run, and changes nothing')],
  async run({ values }, asked, { print, say }) {
    const replication = values['cassandra.replication'];
    const options = {
      ...cassandraOf(values),
      ...(replication === undefined ? {} : { replication }),
      dryRun: asked['dryRun'] === true,
    };
    const migrated = await untilThere(() => migrateCassandra(options), {
      timeoutMs: values.startTimeoutMs,
      onWaiting: say,
    });
    const { keyspace, dryRun } = options;
    if (asked['json'] === true) {
      print(`${JSON.stringify({ keyspace, dryRun, ...migrated })}\n`);
      return;
    }
    const { from, to, statements = [] } = migrated;
    if (dryRun) print(statements.map((cql) => `${cql.trim()};\n\n`).join(''));
    const change =
      from === to
        ? `schema version ${String(to)} already, nothing to change`
        : `schema version ${String(from)} ${dryRun ? 'would become' : 'became'} ${String(to)}`;
    const line = `Keyspace ${keyspace}: ${change}.`;
    // What is printed in a dry run can be given to cqlsh.
    if (dryRun) say(line);
    else print(`${line}\n`);
  },
};
