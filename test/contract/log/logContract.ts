import type { Log } from '../../../src/domain';
import { appending } from './appending';
import { auditing } from './auditing';
import { closing } from './closing';
import { directory } from './directory';
import { heads } from './heads';
import { reading } from './reading';
import { restarts } from './restarts';
import { seals } from './seals';
import { segments } from './segments';
import { separation } from './separation';
import { stored } from './stored';
import type { Subject } from './subject';

export interface LogUnderTest {
  open(): Promise<Log>;
  /** Ends the log that is open and opens one on the same data, as after a restart. */
  reopen(): Promise<Log>;
  dispose(): Promise<void>;
}

/** What every adapter of the log port has to do. Each test has queues of its own, so data may be shared. */
export function logContract(name: string, factory: () => LogUnderTest): void {
  describe(`${name} as a log`, () => {
    let underTest: LogUnderTest | undefined;
    let log: Log | undefined;

    const subject: Subject = {
      get log() {
        if (!log) throw new Error('The log is not open yet');
        return log;
      },
      async reopen() {
        log = await underTest?.reopen();
      },
    };

    beforeAll(async () => {
      underTest = factory();
      log = await underTest.open();
    });
    afterAll(() => underTest?.dispose());

    describe('heads', () => heads(subject));
    describe('segments', () => segments(subject));
    describe('appending', () => appending(subject));
    describe('reading', () => reading(subject));
    describe('rows as they are stored', () => stored(subject));
    describe('seals', () => seals(subject));
    describe('owners and services', () => separation(subject));
    describe('the directory of queues', () => directory(subject));
    describe('what an audit reads', () => auditing(subject));
    describe('restarts', () => restarts(subject));
    describe('closing', () => closing(subject));
  });
}
