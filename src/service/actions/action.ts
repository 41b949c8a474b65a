import type { ActionSchema, Context } from 'moleculer';
import type { WorkQueue } from '../../commands/workQueue';
import type { QueueId, ServiceId } from '../../domain';
import { ownerOf } from '../owner';
import { decode } from '../params/decode';
import type { Params } from '../params/params';
import type { QueueServiceSettings } from '../options';

/** What an action works with, decoded. */
export interface Call<P> {
  readonly work: WorkQueue;
  readonly settings: QueueServiceSettings;
  readonly queue: QueueId;
  readonly params: P;
  readonly ctx: Context<unknown, Record<string, unknown>>;
}

export interface Action<P> {
  readonly params: Params<P>;
  /** False: Moleculer must not repeat the call by itself, whatever the broker's retry policy says. */
  readonly repeatable: boolean;
  readonly run: (call: Call<P>) => Promise<unknown>;
}

interface Locals<P> {
  readonly queue: QueueId;
  readonly params: P;
}

type QueueContext<P> = Context<unknown, Record<string, unknown>, { decoded?: Locals<P> }>;

/** An action as Moleculer wants it: owner and parameters are decoded in a hook, before anything happens. */
export const actionSchema = <P extends { readonly serviceId: ServiceId }>(
  { params, repeatable, run }: Action<P>,
  settings: QueueServiceSettings,
  workQueue: () => WorkQueue,
): ActionSchema => ({
  visibility: 'published',
  ...(repeatable ? {} : { retryPolicy: { enabled: false } }),
  // Most errors here are about one queue or one owner's key; a breaker would shut out all the others.
  circuitBreaker: { enabled: false },
  hooks: {
    before: (ctx: QueueContext<P>) => {
      const ownerId = ownerOf(ctx.meta);
      const decoded = decode(params, withServiceOfMeta(ctx));
      // Not into ctx.params: those are the caller's, and a repeat decodes them again.
      ctx.locals.decoded = { queue: { ownerId, serviceId: decoded.serviceId }, params: decoded };
    },
  },
  handler: async (ctx: QueueContext<P>) => {
    const { decoded } = ctx.locals;
    if (decoded === undefined) throw new Error('The parameters were not decoded');
    return run({ work: workQueue(), settings, ctx: ctx as Call<P>['ctx'], ...decoded });
  },
});

/** `meta.service.serviceId` wins over the parameter: who set the meta has checked who the caller is. */
function withServiceOfMeta({ params, meta }: QueueContext<unknown>): unknown {
  const service = meta['service'] as { serviceId?: unknown } | null | undefined;
  const serviceId = service?.serviceId;
  if (
    serviceId === undefined ||
    serviceId === null ||
    typeof params !== 'object' ||
    params === null
  )
    return params;
  return { ...params, serviceId };
}
