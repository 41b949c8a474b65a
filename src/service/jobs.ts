import { schedule, validate } from 'node-cron';
import type { Jobs, VerifyRun } from '../compose';
import { InvalidInput } from '../domain';
import type { Log } from './log';
import { refuseUnknown } from './params/decode';
import { describe } from './params/describe';

/** When each job runs, as a cron expression of six fields (seconds first). */
export interface JobSchedule {
  /** Gives back tasks whose lease ran out. Fetches do not wait for it: it keeps the counts true. */
  readonly recover: string;
  /** Finds adds that a node left behind. */
  readonly sweep: string;
  /** Closes segments in which all is acked. */
  readonly closeSegments: string;
  /** Compares projections with the log, one page of the directory a run. */
  readonly verify: string;
  /** Drops segments closed long ago; does nothing without retention. */
  readonly retain: string;
  /** Seals segments closed some time ago; does nothing without a key. */
  readonly seal: string;
}

const DEFAULTS: JobSchedule = {
  recover: '*/5 * * * * *',
  sweep: '*/30 * * * * *',
  closeSegments: '15 * * * * *',
  verify: '45 17 * * * *',
  retain: '25 */10 * * * *',
  seal: '35 */10 * * * *',
};
const NAMES = ['recover', 'sweep', 'closeSegments', 'verify', 'retain', 'seal'] as const;

/** The defaults where nothing is given. Throws InvalidInput. */
export function scheduleOf(given: Partial<JobSchedule>): JobSchedule {
  refuseUnknown(Object.keys(given), NAMES);
  const times = { ...DEFAULTS, ...given };
  for (const name of NAMES) {
    if (validate(times[name])) continue;
    const expected = 'a cron expression, for example */5 * * * * *';
    throw new InvalidInput(`jobs.${name} must be ${expected}; given was ${describe(times[name])}`, {
      path: `jobs.${name}`,
      expected,
      given: describe(times[name]),
    });
  }
  return times;
}

export interface RunningJobs {
  /** Ends when no job is under way any more. */
  stop(): Promise<void>;
}

/** Runs the jobs until stopped: one run of a job at a time; an error is logged and the next run comes. */
export function startJobs(
  jobs: Jobs,
  times: JobSchedule,
  log: Log,
  onVerified: (run: VerifyRun) => void = () => undefined,
): RunningJobs {
  const running = new Set<Promise<void>>();

  const run = async (name: (typeof NAMES)[number]): Promise<void> => {
    try {
      if (name === 'verify') onVerified(await jobs.verify());
      else await jobs[name]();
    } catch (error) {
      log.warn(`The job ${name} failed and will be tried again`, error);
    }
  };

  const tasks = NAMES.map((name) =>
    schedule(
      times[name],
      () => {
        const underWay = run(name).finally(() => running.delete(underWay));
        running.add(underWay);
        return underWay;
      },
      { name, noOverlap: true, suppressMissedWarning: true, logger: onlyErrors(log) },
    ),
  );

  return {
    async stop() {
      for (const task of tasks) await task.destroy();
      await Promise.all(running);
    },
  };
}

/** node-cron tells of each overlap it avoided; that is what it is for. */
const onlyErrors = (log: Log) => ({
  info: nothing,
  debug: nothing,
  warn: nothing,
  error: (message: string | Error, cause?: Error) => log.error(message, cause),
});

const nothing = (): void => undefined;
