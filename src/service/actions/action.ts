import type { ActionSchema, Context, Service } from 'moleculer';
import type { Composition } from '../../compose';
import type { QueueId, ServiceId } from '../../domain';
import { toMoleculerError } from '../errors';
import { ownerOf, requireOperator } from '../owner';
import { decode } from '../params/decode';
import type { Params } from '../params/params';
import type { QueueServiceSettings } from '../options';

/** What an action works with, decoded. */
export interface Call<P> {
  readonly composition: Composition;
  readonly work: Composition['queue'];
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
  running: () => Composition,
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
      const composition = running();
      const work = composition.queue;
      return await run({ composition, work, settings, queue, params: decoded, ctx });
    } catch (error) {
      throw toMoleculerError(error, this.logger);
    }
  },
});

/** Of these one after another: each may read a whole queue. */
const OPERATORS_AT_ONCE = 2;
const OPERATORS_WAITING_MAX = 20;

/**
 * An action for operators, for any caller on the broker but no gateway's routes by themselves. It may
 * take as long as the queue is.
 */
export const operatorAction = <P extends { readonly serviceId: ServiceId }>(
  action: Action<P>,
  settings: QueueServiceSettings,
  running: () => Composition,
): ActionSchema & { readonly timeout: number } => ({
  ...actionSchema(
    {
      ...action,
      run: (call) => {
        requireOperator(call.ctx.meta);
        return action.run(call);
      },
    },
    settings,
    running,
  ),
  visibility: 'public',
  timeout: 0,
  bulkhead: {
    enabled: true,
    concurrency: OPERATORS_AT_ONCE,
    maxQueueSize: OPERATORS_WAITING_MAX,
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
