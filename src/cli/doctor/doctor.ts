import { examineCassandra, examineRedis } from '../../compose';
import type { Values } from '../../config';
import { settings } from '../../config';
import { Option } from 'commander';
import type { Command } from '../command';
import { CommandFailed } from '../commandFailed';
import { serversOf } from '../servers';
import { judgeCassandra } from './cassandra';
import type { Reading } from './clocks';
import { judgeClocks } from './clocks';
import { dataFolderFindings } from './dataFolder';
import { rightsFindings } from './files';
import type { Finding } from './finding';
import { foundBy } from './finding';
import { keyServiceFindings } from './keyService';
import { judgeRedis } from './redis';
import { reportText } from './report';
import { judgeTransporter } from './transporter';
import { versions } from './versions';

const DOCTOR = {
  ...settings.SERVERS,
  ...settings.EMBEDDED,
  ...settings.MOLECULER,
  ...settings.SERVICE,
};
type DoctorValues = Values<typeof DOCTOR>;

const CONNECT_WITHIN_MS = 5_000;

export const doctor: Command<typeof DOCTOR> = {
  name: 'doctor',
  about:
    'Checks versions, servers, schema, rights, keys and clocks as they are configured, and says of each ' +
    'what to do. It changes nothing. Ends with 0 if nothing is wrong (there may be warnings), 1 if something is.',
  examples: ['doctor', 'doctor --config /etc/flow-worker.json --json', 'doctor --embedded'],
  settings: DOCTOR,
  options: [
    new Option('--embedded', 'checks the data folder of start, in place of the servers of serve'),
  ],
  async run({ values }, { embedded, json }, io) {
    const findings = [
      versions(),
      ...(embedded === true ? await dataFolderFindings(values.dataDir) : await ofServers(values)),
    ];
    const count = (status: Finding['status']): number =>
      findings.filter((finding) => finding.status === status).length;
    const [wrong, warnings] = [count('wrong'), count('warning')];
    if (json === true) io.print(`${JSON.stringify({ wrong, warnings, findings })}\n`);
    else io.print(reportText(findings, io.paint));
    if (wrong > 0)
      throw new CommandFailed(`${String(wrong)} wrong, ${String(warnings)} warning(s).`);
    if (json !== true) io.say(`Nothing is wrong, ${String(warnings)} warning(s).`);
  },
};

async function ofServers(values: DoctorValues): Promise<readonly Finding[]> {
  const { cassandra, redis } = serversOf(values);
  const readings: Reading[] = [];
  const parts = await Promise.all([
    foundBy('cassandra', async () => {
      const facts = await examineCassandra(cassandra);
      readings.push(...facts.nodes.map((node) => ({ ...node, name: `Cassandra ${node.address}` })));
      return judgeCassandra(facts, { acrossDataCenters: false, ...cassandra });
    }),
    foundBy('redis', async () => {
      const facts = await examineRedis({ ...redis, connectTimeoutMs: CONNECT_WITHIN_MS });
      readings.push(...facts.map((server) => ({ ...server, name: `Redis ${server.address}` })));
      return facts.flatMap(judgeRedis);
    }),
    foundBy('keys', () => keys(values)),
  ]);
  return [
    ...parts.flat(),
    ...judgeClocks(readings),
    judgeTransporter(values['moleculer.transporter']),
  ];
}

/** The file was read with the configuration: that it can be used is known. */
const keys = (values: DoctorValues): Promise<readonly Finding[]> => {
  const file = values['keys.masterFile'];
  return file === undefined ? keyServiceFindings(values) : rightsFindings('keys', file.path, '600');
};
