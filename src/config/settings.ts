import { LIMITS, SEAL_AFTER_HOURS } from '../compose';
import {
  Copies,
  HttpUrl,
  listOf,
  MasterKeysFile,
  oneOf,
  pathOf,
  PemFile,
  RedisUrls,
  textNamed,
  TokensFile,
  TransporterCodec,
  transporterShown,
  whole,
  withoutSecrets,
  YesNo,
} from './codecs';
import type { Settings } from './setting';
import { optional, setting } from './setting';

/**
 * All settings. A key is the path in a file; variable and flag are made from it (setting.ts), and
 * docs/configuration.md from all of it (`npm run docs`).
 */

const Milliseconds = whole(1, 86_400_000, ' (milliseconds)');
const Natural = whole(1, Number.MAX_SAFE_INTEGER);
const Text = textNamed('a text that is not empty');
const Prefix = textNamed('letters, digits, ".", ":", "_" or "-"', /^[\w.:-]+$/);
const Name = textNamed('letters, digits, ".", "_" or "-"', /^[\w.-]+$/);

const tls = (server: string) => ({
  checkNames: setting(
    YesNo,
    true,
    `A certificate has to name the address by which ${server} is reached; false where those of nodes do not.`,
  ),
  ca: optional(PemFile, `Certificates to know ${server} by; without: those that Node trusts.`, {
    show: pathOf,
  }),
  cert: (needs: string) =>
    optional(PemFile, `Certificate to show to ${server}.`, { show: pathOf, needs }),
  key: (needs: string) =>
    optional(PemFile, 'Private key of that certificate; its text is never shown.', {
      show: pathOf,
      needs,
    }),
});
const cassandraTls = tls('Cassandra');
const redisTls = tls('Redis');

export const HTTP = {
  port: setting(whole(0, 65_535, ' (0: any free port)'), 3000, 'Port of the HTTP gateway.'),
  logLevel: setting(
    oneOf('fatal', 'error', 'warn', 'info', 'debug', 'trace'),
    'warn',
    'The least grave of what the service says on stderr.',
  ),
  stopTimeoutMs: setting(
    Milliseconds,
    30_000,
    'How long calls under way may take when the service stops; then it ends with 1.',
  ),
} satisfies Settings;

export const EMBEDDED = {
  dataDir: setting(
    textNamed('the path of a folder'),
    './data',
    'Folder of the embedded log, the keys and the demo tokens.',
  ),
} satisfies Settings;

export const CASSANDRA = {
  'cassandra.contactPoints': setting(
    listOf('host or host:port, several with a comma between'),
    ['127.0.0.1:9042'],
    'Some nodes of the cluster; the others are found through them.',
  ),
  'cassandra.localDataCenter': setting(Text, 'datacenter1', 'The home datacenter of the queues.'),
  'cassandra.keyspace': setting(
    textNamed('up to 48 lower-case letters, digits and underscores', /^[a-z][a-z0-9_]{0,47}$/),
    'flow_worker',
    'Keyspace of the log.',
  ),
  'cassandra.username': optional(Text, 'User that signs in to Cassandra.', {
    needs: 'cassandra.password',
  }),
  'cassandra.password': optional(Text, 'Password of that user.', {
    secret: true,
    needs: 'cassandra.username',
  }),
  'cassandra.tls.enabled': setting(
    YesNo,
    false,
    'Connects by TLS, also without any of the files below; with one of them TLS is always on.',
  ),
  'cassandra.tls.caFile': cassandraTls.ca,
  'cassandra.tls.certFile': cassandraTls.cert('cassandra.tls.keyFile'),
  'cassandra.tls.keyFile': cassandraTls.key('cassandra.tls.certFile'),
  'cassandra.tls.checkNames': cassandraTls.checkNames,
  'cassandra.acrossDataCenters': setting(
    YesNo,
    false,
    'Quorums of the whole cluster, for queues that are used from several datacenters.',
  ),
  'cassandra.requestTimeoutMs': setting(
    Milliseconds,
    5000,
    'After so long a node that does not answer counts as gone.',
  ),
  startTimeoutMs: setting(
    whole(0, 86_400_000, ' (milliseconds)'),
    60_000,
    'How long a start waits for each server that does not answer.',
  ),
} satisfies Settings;

export const MIGRATE = {
  ...CASSANDRA,
  'cassandra.replication': optional(
    Copies,
    'Copies of the log; needed where the keyspace is not there yet, later without effect.',
  ),
} satisfies Settings;

const REDIS = {
  'redis.url': setting(
    RedisUrls,
    'redis://127.0.0.1:6379',
    'Where Redis is; `rediss:` for TLS. It may hold user and password, percent-encoded.',
    { show: withoutSecrets },
  ),
  'redis.cluster': setting(YesNo, false, 'The address is of a Redis Cluster.'),
  'redis.prefix': setting(Prefix, 'flow', 'In front of every key.'),
  'redis.username': optional(
    Text,
    'User that signs in to Redis, in place of the one in the address.',
    {
      needs: 'redis.password',
    },
  ),
  'redis.password': optional(Text, 'Password of Redis, in place of the one in the address.', {
    secret: true,
  }),
  'redis.tls.caFile': redisTls.ca,
  'redis.tls.certFile': redisTls.cert('redis.tls.keyFile'),
  'redis.tls.keyFile': redisTls.key('redis.tls.certFile'),
  'redis.tls.checkNames': redisTls.checkNames,
  'redis.commandTimeoutMs': setting(
    Milliseconds,
    5000,
    'After so long the outcome of a call counts as unknown.',
  ),
} satisfies Settings;

export const MOLECULER = {
  'moleculer.transporter': optional(
    TransporterCodec,
    'How nodes reach each other; the package of the transporter has to be installed, except for Redis and TCP.',
    { show: transporterShown },
  ),
  'moleculer.namespace': optional(Name, 'Only nodes of the same namespace see each other.'),
  'moleculer.nodeId': optional(
    Name,
    'Name of this node, which no other may have; without: made of host and process.',
  ),
} satisfies Settings;

export const GATEWAY = {
  'gateway.ip': setting(Text, '127.0.0.1', 'Address that the gateway listens on.'),
  'gateway.tokensFile': optional(
    TokensFile,
    'Who may call over HTTP; without: the gateway is off.',
    { show: pathOf },
  ),
  'gateway.allowedHosts': optional(
    listOf('host or host:port, several with a comma between'),
    "Values of the Host header that are answered; without: this machine's names on a loopback address, else all.",
  ),
  'gateway.apiDocs': setting(
    YesNo,
    true,
    'Says what the gateway offers at /api/openapi.json and /api/docs, without a token.',
  ),
} satisfies Settings;

export const SERVICE = {
  'keys.service': setting(
    Name,
    'keys',
    'Moleculer service that gives the keys of owners: action `getOek`.',
  ),
  'keys.masterFile': optional(
    MasterKeysFile,
    'Secrets that the keys of all owners are derived from, in place of the key service; every node has the same.',
    { show: pathOf },
  ),
  'activity.service': setting(
    Name,
    'activity',
    'Moleculer service that hears of acked tasks with a token: action `completed`.',
  ),
  'services.timeoutMs': setting(
    Milliseconds,
    10_000,
    'How long a call to one of these two may take.',
  ),
  recoverBy: setting(
    oneOf('lease', 'caller'),
    'lease',
    'Whose timeToRecover ends a lease: the stored one, or that of the worker who fetches now.',
  ),
  jobs: setting(YesNo, true, 'Runs the background jobs; false where other nodes run them.'),
} satisfies Settings;

export const KEEPING = {
  'retention.keepDays': optional(
    whole(1, 36_500, ' (days)'),
    'After so long a closed segment is dropped, with all events of its tasks; without: nothing is ever dropped.',
  ),
  'seals.keyFile': optional(
    PemFile,
    'Private Ed25519 key that seals closed segments, kept outside the database; without: nothing is sealed.',
    { show: pathOf },
  ),
  'seals.afterHours': setting(
    whole(1, 8760, ' (hours)'),
    SEAL_AFTER_HOURS,
    'So long after it was closed a segment is sealed.',
  ),
} satisfies Settings;

export const BOUNDS = {
  'limits.valueBytesMax': setting(
    Natural,
    LIMITS.valueBytesMax,
    'Bytes of an encoded value, token, result or error.',
  ),
  'limits.depthMax': setting(whole(1, 1000), LIMITS.depthMax, 'How deep a value may be nested.'),
  'limits.roundCommandsMax': setting(
    Natural,
    LIMITS.roundCommandsMax,
    'Calls in one round of one queue.',
  ),
  'limits.roundWaitMs': setting(
    Milliseconds,
    LIMITS.roundWaitMs,
    'How long a call waits for its round before it hears `Overloaded`; what cannot be done in time is refused at once.',
  ),
  'limits.commandsMax': setting(
    Natural,
    LIMITS.commandsMax,
    'Calls of all queues under way or waiting; beyond: `Overloaded`.',
  ),
  'limits.bytesMax': setting(
    Natural,
    LIMITS.bytesMax,
    'Bytes of what these calls carry; beyond: `Overloaded`.',
  ),
  'limits.recentBytesMax': setting(
    whole(0, Number.MAX_SAFE_INTEGER),
    LIMITS.recentBytesMax,
    'Bytes of tasks added by a node, sealed, that it keeps for their first fetch, which then does not read the log; 0: none.',
  ),
  'limits.appendBudgetMs': setting(
    Milliseconds,
    LIMITS.appendBudgetMs,
    'How long a reserved index is left alone before the sweep looks at it.',
  ),
  'limits.portTimeoutMs': setting(
    Milliseconds,
    LIMITS.portTimeoutMs,
    'How long a call of log or projection may take before its outcome counts as unknown.',
  ),
  'limits.rebuildWaitMs': setting(
    Milliseconds,
    LIMITS.rebuildWaitMs,
    'How long a caller waits for a rebuild before it hears `Rebuilding`.',
  ),
  'limits.segmentSize': setting(
    Natural,
    LIMITS.segmentSize,
    'Indices in a segment of a queue that is created from now on.',
  ),
} satisfies Settings;

export const CLIENT = {
  'queue.url': setting(HttpUrl, 'http://127.0.0.1:3000', 'Where the HTTP gateway is.', {
    flag: '--url',
    show: (url) => url, // one that is refused is not repeated: it may hold a password
  }),
  'queue.token': optional(
    textNamed('letters, digits and any of ".~+/=_-"', /^[\w.~+/=-]{1,1024}$/),
    'Token that the gateway knows the caller by.',
    { secret: true, flag: '--token' },
  ),
} satisfies Settings;

export const SERVERS = { ...CASSANDRA, ...REDIS };

/** All there are, as docs/configuration.md has them. */
export const GROUPS = {
  General: HTTP,
  Embedded: EMBEDDED,
  Cassandra: MIGRATE,
  Redis: REDIS,
  Moleculer: MOLECULER,
  Gateway: GATEWAY,
  'Queue service': SERVICE,
  'Retention and seals': KEEPING,
  Limits: BOUNDS,
  Client: CLIENT,
} satisfies Readonly<Record<string, Settings>>;

export const SETTINGS = {
  ...HTTP,
  ...EMBEDDED,
  ...MIGRATE,
  ...REDIS,
  ...MOLECULER,
  ...GATEWAY,
  ...SERVICE,
  ...KEEPING,
  ...BOUNDS,
  ...CLIENT,
} satisfies Settings;
