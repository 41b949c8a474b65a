import { ServiceBroker } from 'moleculer';
import type { VerifyRun } from '../../../src/compose';
import type { Difference } from '../../../src/domain';
import { scheduleOf, startJobs } from '../../../src/service/jobs';
import { reportOf } from '../../../src/service/verified';
import { containing } from '../../support/matchers';
import { queueOf } from '../../support/rows';
import { turns } from '../../support/over';

const log = { info: jest.fn(), warn: jest.fn(), error: jest.fn() };
const difference: Difference = {
  ...{ subject: 'task', from: 3, to: 3, benign: null },
  ...{ log: 'waiting', projection: 'neither waiting nor leased' },
};
const queue = queueOf('acme', 'mailer');
const found: VerifyRun = {
  queues: 7,
  doubtful: [
    {
      queue,
      verified: {
        ...{ outcome: 'different', differences: [difference], count: 1, benign: [] },
        ...{ unsettled: 0, unreadable: [], tasks: 5, looks: 2 },
      },
    },
  ],
  failed: [{ queue, error: new Error('away') }],
};
const equal: VerifyRun = { queues: 2, doubtful: [], failed: [] };

let broker: ServiceBroker;
let heard: unknown[];

const started = async (metrics: boolean): Promise<void> => {
  broker = new ServiceBroker({ logger: false, metrics });
  heard = [];
  broker.createService({
    name: 'operator',
    events: { 'worker.queue.verified': (ctx: { params: unknown }) => void heard.push(ctx.params) },
  });
  await broker.start();
};
beforeEach(() => jest.clearAllMocks());
afterEach(() => broker.stop());

test('an event with the counts, a counter, and a warning that names what differs', async () => {
  await started(true);
  const report = reportOf(broker, log);
  report(found);
  report(equal);
  report(found);
  await turns();
  expect(heard).toEqual([
    { queues: 7, differences: 1 },
    { queues: 2, differences: 0 },
    { queues: 7, differences: 1 },
  ]);
  const [metric] = broker.metrics.list({ includes: 'worker.queue.verify.differences' });
  expect(metric?.values).toMatchObject([{ value: 2 }]);
  expect(log.warn).toHaveBeenCalledWith(
    containing('projection verify --repair'),
    queue,
    [difference],
    [],
  );
  expect(log.warn).toHaveBeenCalledWith(
    'A queue could not be verified',
    queue,
    found.failed[0]?.error,
  );
});

test('without metrics: the same, but for the counter', async () => {
  await started(false);
  reportOf(broker, log)(found);
  await turns();
  expect(heard).toEqual([{ queues: 7, differences: 1 }]);
});

test('it hears of each run of the job', async () => {
  await started(false);
  jest.useFakeTimers({ now: new Date('2030-01-01T00:00:00.500Z') });
  const reported = jest.fn();
  const nothing = async () => {};
  const jobs = {
    recover: nothing,
    sweep: nothing,
    closeSegments: nothing,
    verify: async () => found,
    retain: nothing,
    seal: nothing,
  };
  const running = startJobs(jobs, scheduleOf({ verify: '* * * * * *' }), log, reported);
  await jest.advanceTimersByTimeAsync(2000);
  await running.stop();
  jest.useRealTimers();
  expect(reported.mock.calls).toEqual([[found], [found]]);
});
