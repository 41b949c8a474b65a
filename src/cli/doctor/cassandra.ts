import type { CassandraFacts, CassandraNode } from '../../compose';
import type { Finding } from './finding';
import { ok, refused, warning, wrong } from './finding';

/** Copies of which one may be gone while a quorum is left. */
const COPIES_MIN = 3;
/** It has the tables of settings that are asked here. */
const MAJOR_MIN = 4;

export interface Home {
  readonly keyspace: string;
  readonly localDataCenter: string;
  readonly acrossDataCenters: boolean;
}

/** What the facts say about the log. */
export function judgeCassandra(facts: CassandraFacts, home: Home): Finding[] {
  const { nodes, schemaProblem, keyspace } = facts;
  const findings = [nodesFinding(nodes)];
  findings.push(
    schemaProblem === null
      ? ok('cassandra.schema', `keyspace ${home.keyspace} has all tables and columns`)
      : refused('cassandra.schema', schemaProblem),
  );
  if (keyspace === null) return findings;
  const copies = copiesOf(keyspace.replication, home);
  const used = nodes.filter(
    ({ datacenter }) => home.acrossDataCenters || datacenter === home.localDataCenter,
  );
  findings.push(
    replicationFinding(copies, used.length, home),
    keyspace.durableWrites
      ? ok('cassandra.durableWrites', 'on')
      : wrong(
          'cassandra.durableWrites',
          `keyspace ${home.keyspace} has durable_writes off: what is confirmed is in memory only`,
          `Run: ALTER KEYSPACE ${home.keyspace} WITH durable_writes = true;`,
        ),
    ...commitlogFindings(used, copies),
  );
  return findings;
}

function nodesFinding(nodes: readonly CassandraNode[]): Finding {
  const versions = [...new Set(nodes.map(({ version }) => version))];
  const found = `${String(nodes.length)} node(s), version ${versions.join(' and ')}`;
  const down = nodes.filter(({ isUp }) => !isUp).map(({ address }) => address);
  if (down.length > 0) {
    return warning(
      'cassandra',
      `${found}; down: ${down.join(', ')}`,
      'Start the nodes that are down.',
    );
  }
  if (versions.some((version) => Number.parseInt(version, 10) < MAJOR_MIN)) {
    return warning('cassandra', found, `Use Cassandra ${String(MAJOR_MIN)} or newer on all nodes.`);
  }
  if (versions.length > 1) {
    return warning('cassandra', found, 'Bring all nodes to one version before the next migrate.');
  }
  return ok('cassandra', found);
}

/** 0: none in the home datacenter. */
function copiesOf(replication: Readonly<Record<string, string>>, home: Home): number {
  const { class: strategy = '', replication_factor, ...byDataCenter } = replication;
  if (strategy.endsWith('SimpleStrategy')) return Number(replication_factor ?? 0);
  if (!home.acrossDataCenters) return Number(byDataCenter[home.localDataCenter] ?? 0);
  return Object.values(byDataCenter).reduce((sum, copies) => sum + Number(copies), 0);
}

function replicationFinding(copies: number, nodes: number, home: Home): Finding {
  const check = 'cassandra.replication';
  const { keyspace, localDataCenter } = home;
  const quorum = Math.floor(copies / 2) + 1;
  const alter = (to: number) =>
    `Run: ALTER KEYSPACE ${keyspace} WITH replication = ` +
    `{'class': 'NetworkTopologyStrategy', '${localDataCenter}': ${String(to)}}; then nodetool repair on each node`;
  if (copies === 0) {
    return wrong(
      check,
      `keyspace ${keyspace} has no copy in ${localDataCenter}, so no call can reach a quorum`,
      `Set CASSANDRA_LOCAL_DATA_CENTER to a datacenter that has some, or give it some. ${alter(COPIES_MIN)}.`,
    );
  }
  const found = `${String(copies)} copies on ${String(nodes)} node(s)`;
  if (quorum > nodes) {
    return wrong(
      check,
      `${found}: a quorum of ${String(quorum)} is never there, so no call succeeds`,
      `Add nodes, or have no more copies than nodes. ${alter(Math.max(1, nodes))}.`,
    );
  }
  if (copies < COPIES_MIN) {
    return warning(
      check,
      `${found}: no node may be gone${copies === 1 ? ', and a lost disk loses the log' : ''}`,
      `Fine to try things out; for production have ${String(COPIES_MIN)} nodes and copies. ${alter(COPIES_MIN)}.`,
    );
  }
  return copies > nodes
    ? warning(check, `${found}: some copies have no place`, 'Add nodes until there are as many.')
    : ok(check, `${found}: ${String(copies - quorum)} may be gone`);
}

/** One for each way the nodes are set. */
function commitlogFindings(nodes: readonly CassandraNode[], copies: number): Finding[] {
  const check = 'cassandra.commitlog';
  const bySync = new Map<string | null, CassandraNode[]>();
  for (const node of nodes) {
    const { commitlogSync, commitlogSyncPeriod } = node;
    const isPeriodic = commitlogSync === 'periodic';
    const sync = isPeriodic ? `periodic (${commitlogSyncPeriod ?? '?'})` : commitlogSync;
    bySync.set(sync, [...(bySync.get(sync) ?? []), node]);
  }
  return [...bySync].map(([sync, its]) => {
    const where = `on ${its.map(({ address }) => address).join(', ')}`;
    if (sync === null) {
      return warning(
        check,
        `could not be asked ${where}: ${its[0]?.unknown ?? 'the node does not tell'}`,
        'Let the user read the keyspace system_views, or look at commitlog_sync in cassandra.yaml.',
      );
    }
    if (!sync.startsWith('periodic')) {
      return ok(check, `${sync} ${where}: what is confirmed survives a power cut of all nodes`);
    }
    const lost = `${sync} ${where}: a power cut of all copies at once loses what was confirmed in that time`;
    return copies >= COPIES_MIN
      ? ok(check, `${lost}; one of a single node loses nothing`)
      : warning(
          check,
          copies === 1 ? lost.replace('all copies at once', 'the node, or a kill of it,') : lost,
          `Set commitlog_sync to batch or group in cassandra.yaml, or have ${String(COPIES_MIN)} copies.`,
        );
  });
}
