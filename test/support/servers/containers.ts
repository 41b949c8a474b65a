import type { StartedTestContainer } from 'testcontainers';
import { GenericContainer, getContainerRuntimeClient, Wait } from 'testcontainers';
import type { CassandraAddress, RedisAddress, Started } from './addresses';

const CASSANDRA_IMAGE = process.env['CASSANDRA_IMAGE'] ?? 'cassandra:5.0';
const REDIS_IMAGE = process.env['REDIS_IMAGE'] ?? 'redis:7';
const CASSANDRA_PORT = 9042;
const REDIS_PORT = 6379;
/** Pulling an image is part of it. */
const START_MS = 180_000;

export async function cassandraInContainer(): Promise<Started<CassandraAddress> | null> {
  const container = await started(
    new GenericContainer(CASSANDRA_IMAGE)
      .withExposedPorts(CASSANDRA_PORT)
      .withEnvironment({ MAX_HEAP_SIZE: '768M', HEAP_NEWSIZE: '200M' })
      .withWaitStrategy(Wait.forLogMessage('Startup complete')),
    CASSANDRA_IMAGE,
  );
  return (
    container && {
      contactPoints: [`${container.getHost()}:${String(container.getMappedPort(CASSANDRA_PORT))}`],
      localDataCenter: 'datacenter1',
      stop: () => ended(container),
    }
  );
}

export async function redisInContainer(): Promise<Started<RedisAddress> | null> {
  const container = await started(
    new GenericContainer(REDIS_IMAGE)
      .withExposedPorts(REDIS_PORT)
      .withWaitStrategy(Wait.forListeningPorts()),
    REDIS_IMAGE,
  );
  return (
    container && {
      url: `redis://${container.getHost()}:${String(container.getMappedPort(REDIS_PORT))}`,
      stop: () => ended(container),
    }
  );
}

const ended = async (container: StartedTestContainer): Promise<void> => {
  await container.stop();
};

/** null where no engine answers, or it neither has the image nor can pull it: the next way is tried. */
async function started(
  container: GenericContainer,
  image: string,
): Promise<StartedTestContainer | null> {
  const engine = await getContainerRuntimeClient().catch(() => null);
  if (!engine) return null;
  try {
    return await container.withStartupTimeout(START_MS).start();
  } catch (error) {
    process.stderr.write(`No container of ${image}: ${String(error)}; a local process instead\n`);
    return null;
  }
}
