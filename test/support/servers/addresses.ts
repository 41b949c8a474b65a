/** The first start of Cassandra fetches about 66 MB of jars. */
export const SERVER_START_MS = 240_000;

/** Where a server answers. */
export interface CassandraAddress {
  readonly contactPoints: readonly string[];
  readonly localDataCenter: string;
}
export interface RedisAddress {
  readonly url: string;
}
/** The servers that there are, by name. */
export interface Addresses {
  readonly cassandra: CassandraAddress;
  readonly redis: RedisAddress;
}
/** One that was started, or given: then a stop leaves it. */
export type Started<Address> = Address & { stop(): Promise<void> };
