import type { ActionSchema, Context, Service } from 'moleculer';
import type { WorkQueue } from '../../commands/workQueue';
import type { QueueId, ServiceId } from '../../domain';
import { toMoleculerError } from '../errors';
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

type QueueContext = Context<unknown, Record<string, unknown>>;

/**
 * An action as Moleculer wants it. All is done in the handler: hooks run before the middlewares of the
 * broker, and would take the owner from a meta that no middleware has checked yet.
 */
export const actionSchema = <P extends { readonly serviceId: ServiceId }>(
  { params, repeatable, run }: Action<P>,
  settings: QueueServiceSettings,
  workQueue: () => WorkQueue,
): ActionSchema => ({
  visibility: 'published',
  ...(repeatable ? {} : { retryPolicy: { enabled: false } }),
  // Most errors here are about one queue or one owner's key; a breaker would shut out all the others.
  circuitBreaker: { enabled: false },
  async handler(this: Service, ctx: QueueContext) {
    try {
      const ownerId = ownerOf(ctx.meta);
      const decoded = decode(params, withServiceOfMeta(ctx));
      const queue = { ownerId, serviceId: decoded.serviceId };
      return await run({ work: workQueue(), settings, queue, params: decoded, ctx });
    } catch (error) {
      throw toMoleculerError(error, this.logger);
    }
  },
});

/** `meta.service.serviceId` wins over the parameter: who set the meta has checked who the caller is. */
function withServiceOfMeta({ params, meta }: QueueContext): unknown {
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
