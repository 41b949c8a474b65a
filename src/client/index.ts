/** The queue as those see it who use it from another process. */
export { CallFailed } from './callFailed';
export type { BrokerClientOptions, GatewayAddress, QueueClientOptions } from './createQueueClient';
export { createQueueClient } from './createQueueClient';
export type {
  CallOptions,
  NewTaskOf,
  QueueClient,
  QueueStatus,
  Task,
  TaskAck,
  TaskRequest,
} from './queueClient';
export type { QueueWorkerEvents } from './worker/events';
export type { QueueWorkerOptions } from './worker/options';
export { QueueWorker } from './worker/queueWorker';
export type { TaskHandler } from './worker/slot';
