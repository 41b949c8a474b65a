import type { Service, ServiceSchema } from 'moleculer';
import type { Composition } from '../compose';
import { Stopping } from '../domain';
import { ack } from './actions/ack';
import { actionSchema, operatorAction } from './actions/action';
import { add } from './actions/add';
import { AUDIT } from './actions/audit';
import { fetch } from './actions/fetch';
import { healthAction } from './actions/health';
import { info } from './actions/info';
import { PROJECTION } from './actions/projection';
import { rewind } from './actions/rewind';
import type { RunningJobs } from './jobs';
import { startJobs } from './jobs';
import { keysFrom } from './keyService';
import type { QueueServiceOptions } from './options';
import { settingsOf } from './options';
import { reportOf } from './verified';

/**
 * The Moleculer service `worker.queue`: actions add, fetch, ack, info, rewind and health, and for
 * operators audit.* and projection.*. The owner of the queue
 * comes from `ctx.meta.ownerId` or `ctx.meta.acl.ownerId`; `ctx.meta.service.serviceId` wins over the
 * parameter serviceId. Errors carry `type`, `code` and `data` (errors.ts). Use a schema for one broker.
 *
 *     broker.createService(QueueService({ dataDir: './data' }));
 *     broker.createService(QueueService({ servers: { cassandra: {...}, redis: { url } } }));
 */
export function QueueService(options: QueueServiceOptions = {}): ServiceSchema {
  const settings = settingsOf(options);
  let composition: Composition | undefined;
  let jobs: RunningJobs | undefined;

  const running = (): Composition => {
    if (composition === undefined) throw new Stopping('The queue service is not running');
    return composition;
  };

  return {
    name: 'worker.queue',
    actions: {
      add: actionSchema(add, settings, running),
      fetch: actionSchema(fetch, settings, running),
      ack: actionSchema(ack, settings, running),
      info: actionSchema(info, settings, running),
      rewind: actionSchema(rewind, settings, running),
      health: healthAction(settings.keys, running),
      'audit.replay': operatorAction(AUDIT.replay, settings, running),
      'audit.explain': operatorAction(AUDIT.explain, settings, running),
      'audit.state': operatorAction(AUDIT.state, settings, running),
      'audit.whatIf': operatorAction(AUDIT.whatIf, settings, running),
      'audit.verify': operatorAction(AUDIT.verify, settings, running),
      'projection.verify': operatorAction(PROJECTION.verify, settings, running),
      'projection.rebuild': operatorAction(PROJECTION.rebuild, settings, running),
    },
    async started(this: Service) {
      composition = await settings.compose({
        ...(typeof settings.keys === 'object'
          ? {
              keys: keysFrom(this.broker, settings.keys),
              keysTimeoutMs: settings.keys.timeoutMs,
            }
          : { keys: settings.keys }),
        limits: settings.limits,
        ...settings.keeping,
        onWaiting: (message) => this.logger.warn(message),
      });
      if (settings.jobs !== null)
        jobs = startJobs(
          composition.jobs,
          settings.jobs,
          this.logger,
          reportOf(this.broker, this.logger),
        );
    },
    async stopped() {
      await jobs?.stop();
      jobs = undefined;
      const stopping = composition;
      composition = undefined;
      await stopping?.close();
    },
  };
}
