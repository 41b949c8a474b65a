import type { Projection, QueueId, QueueState } from '../../../src/domain';
import type { OpenQueue } from './openQueue';

/** What the suite needs of an adapter. Each test has its own; queues have names no other test uses. */
export interface ProjectionUnderTest {
  open(): Promise<Projection>;
  /** The server's time goes on, and back. A test bears a few seconds that pass besides. */
  advance(ms: number): Promise<void>;
  jumpBack(ms: number): Promise<void>;
  /** All that is held of the queue is gone. */
  loseState(queue: QueueId): Promise<void>;
  dispose(): Promise<void>;
}

export type StartUnderTest = () => Promise<ProjectionUnderTest>;

/** What a test may count on to pass besides the time that it lets pass. */
export const SLACK_MS = 5000;

/** Given a started server, each test says what queues it has. */
export interface Given {
  readonly server: () => ProjectionUnderTest;
  readonly projection: () => Projection;
  /** A queue nobody has used. */
  readonly unused: () => QueueId;
  /** A queue opened in epoch 1 with one empty segment of 4 indices, but for what is said. */
  readonly queue: (state?: Partial<QueueState>) => Promise<OpenQueue>;
}
