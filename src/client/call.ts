export type QueueAction = 'add' | 'fetch' | 'ack' | 'info' | 'rewind';

/** One way to the queue: what the action answers, or a rejection with what `remade` made of its error. */
export type Call = (
  action: QueueAction,
  params: { readonly serviceId: string },
  signal: AbortSignal,
) => Promise<unknown>;
