import type { ConnectionOptions } from 'node:tls';
import type { CassandraOptions, Servers } from '../compose';
import type { Values } from '../config';
import type { settings } from '../config';

type Cassandra = Values<typeof settings.CASSANDRA>;
type All = Values<typeof settings.SERVERS>;
type Pem = { readonly content: string } | undefined;

/** Options of log and projection as they were configured. */
export const serversOf = (values: All): Servers => ({
  cassandra: cassandraOf(values),
  redis: {
    url: values['redis.url'],
    cluster: values['redis.cluster'],
    prefix: values['redis.prefix'],
    commandTimeoutMs: values['redis.commandTimeoutMs'],
    ...given('username', values['redis.username']),
    ...given('password', values['redis.password']),
    ...given(
      'tls',
      tlsOf({
        enabled: values['redis.url'].startsWith('rediss:'),
        checkNames: values['redis.tls.checkNames'],
        ca: values['redis.tls.caFile'],
        cert: values['redis.tls.certFile'],
        key: values['redis.tls.keyFile'],
      }),
    ),
  },
  startTimeoutMs: values.startTimeoutMs,
});

export function cassandraOf(values: Cassandra): CassandraOptions {
  const username = values['cassandra.username'];
  const password = values['cassandra.password'];
  const tls = tlsOf({
    enabled: values['cassandra.tls.enabled'],
    checkNames: values['cassandra.tls.checkNames'],
    ca: values['cassandra.tls.caFile'],
    cert: values['cassandra.tls.certFile'],
    key: values['cassandra.tls.keyFile'],
  });
  return {
    contactPoints: values['cassandra.contactPoints'],
    localDataCenter: values['cassandra.localDataCenter'],
    keyspace: values['cassandra.keyspace'],
    acrossDataCenters: values['cassandra.acrossDataCenters'],
    requestTimeoutMs: values['cassandra.requestTimeoutMs'],
    ...(username === undefined || password === undefined
      ? {}
      : { credentials: { username, password } }),
    ...given('tls', tls),
  };
}

interface Tls {
  readonly enabled: boolean;
  readonly checkNames: boolean;
  readonly ca: Pem;
  readonly cert: Pem;
  readonly key: Pem;
}

/** Whoever names a certificate wants TLS. */
function tlsOf({ enabled, checkNames, ca, cert, key }: Tls): ConnectionOptions | undefined {
  if (!enabled && (ca ?? cert ?? key) === undefined) return undefined;
  return {
    ...given('ca', ca?.content),
    ...given('cert', cert?.content),
    ...given('key', key?.content),
    ...(checkNames ? {} : { checkServerIdentity: () => undefined }),
  };
}

/** No property at all where there is no value. */
const given = <K extends string, A>(name: K, value: A | undefined): { [P in K]?: A } =>
  (value === undefined ? {} : { [name]: value }) as { [P in K]?: A };
