import { InvalidInput } from '../../../src/domain';
import { scheduleOf, startJobs } from '../../../src/service/jobs';
import { containing } from '../../support/matchers';

const log = { info: jest.fn(), warn: jest.fn(), error: jest.fn() };
const everySecond = scheduleOf({
  recover: '* * * * * *',
  sweep: '* * * * * *',
  closeSegments: '* * * * * *',
  retain: '* * * * * *',
  seal: '* * * * * *',
});
const nothing = async () => {};
const verify = async () => ({ queues: 0, doubtful: [], failed: [] });
const idle = {
  recover: nothing,
  sweep: nothing,
  closeSegments: nothing,
  verify,
  retain: nothing,
  seal: nothing,
};
const seconds = async (n: number) => jest.advanceTimersByTimeAsync(n * 1000);

beforeEach(() => jest.useFakeTimers({ now: new Date('2030-01-01T00:00:00.500Z') }));
afterEach(() => jest.useRealTimers());

test('each job runs by its schedule until stopped', async () => {
  const jobs = {
    recover: jest.fn(nothing),
    sweep: jest.fn(nothing),
    closeSegments: jest.fn(nothing),
    verify,
    retain: jest.fn(nothing),
    seal: jest.fn(nothing),
  };
  const running = startJobs(jobs, { ...everySecond, sweep: '*/10 * * * * *' }, log);
  await seconds(10);
  await running.stop();
  await seconds(10);
  expect(jobs.recover).toHaveBeenCalledTimes(10);
  expect(jobs.closeSegments).toHaveBeenCalledTimes(10);
  expect(jobs.retain).toHaveBeenCalledTimes(10);
  expect(jobs.seal).toHaveBeenCalledTimes(10);
  expect(jobs.sweep).toHaveBeenCalledTimes(1);
});

test('a job does not run beside itself, and stop waits for it', async () => {
  let finish = (): void => undefined;
  const sweep = jest.fn(() => new Promise<void>((resolve) => (finish = resolve)));
  const running = startJobs({ ...idle, sweep }, everySecond, log);
  await seconds(5);
  expect(sweep).toHaveBeenCalledTimes(1);

  let stopped = false;
  const stop = running.stop().then(() => (stopped = true));
  await seconds(1);
  expect(stopped).toBe(false);
  finish();
  await stop;
});

test('a job that fails is logged and runs again', async () => {
  const failure = new Error('the log is away');
  const recover = jest.fn(async () => {
    throw failure;
  });
  const running = startJobs({ ...idle, recover }, everySecond, log);
  await seconds(2);
  await running.stop();
  expect(recover).toHaveBeenCalledTimes(2);
  expect(log.warn).toHaveBeenCalledWith(containing('recover'), failure);
});

test.each([{ recover: 'often' }, { sweep: '' }, { recovery: '* * * * * *' }])(
  '%j is refused',
  (given) => {
    expect(() => scheduleOf(given)).toThrow(InvalidInput);
  },
);
