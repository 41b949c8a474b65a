/** What `imicros-flow-worker` offers. */
export { composeEmbedded, composeServers, masterKeys, migrateCassandra } from './compose';
export type {
  CassandraOptions,
  ComposeOptions,
  Composition,
  EmbeddedOptions,
  GetOek,
  Health,
  Jobs,
  MasterKey,
  Migrated,
  MigrateOptions,
  PartHealth,
  RedisOptions,
  Servers,
  ServersOptions,
  Upkeep,
  Verified,
  VerifyRun,
  WorkQueue,
} from './compose';
export { CallFailed, createQueueClient, QueueWorker } from './client';
export type {
  BrokerClientOptions,
  CallOptions,
  GatewayAddress,
  NewTaskOf,
  QueueClient,
  QueueClientOptions,
  QueueStatus,
  QueueWorkerEvents,
  QueueWorkerOptions,
  Task,
  TaskAck,
  TaskHandler,
  TaskRequest,
} from './client';
export type {
  AckRequest,
  CompletedActivity,
  Delivery,
  FetchRequest,
  NewTask,
} from './commands/workQueue';
export {
  ActivityFailed,
  InvalidInput,
  KeyUnavailable,
  LogUnavailable,
  NotAuthenticated,
  OperatorOnly,
  OutcomeUnknown,
  Overloaded,
  PayloadUnreadable,
  ProjectionUnavailable,
  QueueError,
  Rebuilding,
  RewindRefused,
  Stopping,
} from './domain';
export { NoSuchQueue } from './service/errors';
export { Gateway } from './service/gateway';
export type { Authenticate, Caller } from './service/http/authenticate';
export type { GatewayOptions } from './service/http/gatewayOptions';
export type { TokenEntry } from './service/http/tokens';
export { hashToken } from './service/http/tokens';
export type { JobSchedule } from './service/jobs';
export type { QueueServiceOptions } from './service/options';
export { QueueService } from './service/queueService';
