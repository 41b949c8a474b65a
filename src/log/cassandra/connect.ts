import { auth, Client, errors, policies } from 'cassandra-driver';
import { InvalidInput, LogUnavailable } from '../../domain';
import { CassandraMisconfigured } from './errors';
import type { CassandraOptions } from './options';
import { REQUEST_TIMEOUT_MS } from './options';
import { isOfServer, reasonOf } from './outcome';

const RECONNECT_MS = 500;
/**
 * None: the driver (4.10) goes on with those of a connection that broke while one was under way, also when
 * the client is shut down, so that the process would never end. The keep-alive of TCP holds idle
 * connections open instead, and a silent node is noticed by the request time-out.
 */
const HEARTBEAT_MS = 0;
const KEEP_ALIVE_MS = 30_000;
/**
 * What both sides end up with. The driver (4.10) would begin with one that Cassandra does not know; over
 * TLS its way back gives the stream id of that request out twice, and answers meet the wrong request.
 */
const PROTOCOL_VERSION = 4;

/** Throws LogUnavailable (nobody answers), CassandraMisconfigured or InvalidInput (the keyspace's name). */
export async function connect(options: CassandraOptions): Promise<Client> {
  // It stands in statements as it is.
  if (!/^[a-z][a-z0-9_]{0,47}$/.test(options.keyspace)) {
    throw new InvalidInput(
      'The keyspace has to be a name of up to 48 lower-case letters, digits and underscores.',
      { path: 'keyspace', expected: '^[a-z][a-z0-9_]{0,47}$', given: options.keyspace },
    );
  }
  const client = new Client(clientOptions(options));
  client.on('hostRemove', endRemoved);
  refreshOnceAtATime(client);
  try {
    await client.connect();
    return client;
  } catch (error) {
    endFirstConnection(client);
    await client.shutdown().catch(() => undefined);
    throw refusal(error, options);
  }
}

/**
 * The driver (4.10) leaves it open if the connect fails once it is there, as for an unknown data center,
 * and the process would not end. Not in its public types.
 */
function endFirstConnection(client: Client): void {
  const { controlConnection } = client as unknown as {
    // not in its public types
    readonly controlConnection: { readonly connection?: { close(): void } | null };
  };
  controlConnection.connection?.close();
}

/**
 * After a time without any node the driver (4.10) puts new hosts in the place of its own and leaves those
 * running: they connect again and again, also when the client is shut down. Not in its public types.
 */
const endRemoved = (host: { shutdown(waitForPending: boolean): Promise<void> }): void => {
  host.shutdown(false).catch(() => undefined);
};

/**
 * The driver (4.10) listens twice to a control connection that it made anew, so that each loss of one begins
 * twice as many refreshes as the one before; they take each other's connection away, and what one begun by a
 * timer throws then ends the process. Not in its public types.
 */
function refreshOnceAtATime(client: Client): void {
  const { controlConnection } = client as unknown as {
    // not in its public types
    readonly controlConnection: { _refresh(hosts?: Iterator<unknown>): Promise<void> };
  };
  const refresh = controlConnection._refresh.bind(controlConnection);
  let underWay: Promise<void> | null = null;
  controlConnection._refresh = (hosts) => {
    if (hosts !== undefined) return refresh(hosts); // the one under way goes on with them
    underWay ??= refresh().finally(() => (underWay = null));
    return underWay;
  };
}

function clientOptions(options: CassandraOptions): ConstructorParameters<typeof Client>[0] {
  const { contactPoints, localDataCenter, credentials, tls } = options;
  const { requestTimeoutMs = REQUEST_TIMEOUT_MS } = options;
  return {
    contactPoints: [...contactPoints],
    localDataCenter,
    ...(credentials && {
      authProvider: new auth.PlainTextAuthProvider(credentials.username, credentials.password),
    }),
    // The driver's own default takes any certificate.
    ...(tls && { sslOptions: { rejectUnauthorized: true, ...tls } }),
    protocolOptions: { maxVersion: PROTOCOL_VERSION },
    policies: {
      // A node that is back is found at once, not after the ten minutes that the default grows to.
      reconnection: new policies.reconnection.ConstantReconnectionPolicy(RECONNECT_MS),
    },
    socketOptions: {
      readTimeout: requestTimeoutMs,
      connectTimeout: requestTimeoutMs,
      keepAliveDelay: KEEP_ALIVE_MS,
    },
    pooling: { heartBeatInterval: HEARTBEAT_MS },
    encoding: { map: Map },
    queryOptions: { prepare: true },
  };
}

function refusal(error: unknown, options: CassandraOptions): unknown {
  const places = options.contactPoints.join(', ');
  const reason = reasonOf(error);
  if (isOrHolds(error, errors.AuthenticationError)) {
    return new CassandraMisconfigured(
      `Cassandra at ${places} does not accept the user: ${reason}. Check the credentials.`,
      {},
      error,
    );
  }
  if (isOrHolds(error, errors.ArgumentError)) {
    return new CassandraMisconfigured(
      `${reason}. Set the local data center to one of the cluster's.`,
      { localDataCenter: options.localDataCenter },
      error,
    );
  }
  if (!isOfServer(error)) return error;
  return new LogUnavailable(
    `Cassandra does not answer at ${places}: ${reason}. ` +
      'Start it, or set the contact points to nodes that run.',
    { contactPoints: options.contactPoints },
    error,
  );
}

/** The error itself, or what a node said where none could be used. */
function isOrHolds(error: unknown, kind: new (...args: never[]) => Error): boolean {
  if (error instanceof kind) return true;
  if (!(error instanceof errors.NoHostAvailableError)) return false;
  return Object.values((error.innerErrors ?? {}) as object).some((inner) => inner instanceof kind);
}
