import type { Option } from 'commander';
import type { Config, Settings } from '../config';

/** What a command has of the process it runs in. */
export interface Io {
  /** To stdout: what the command answers. Who prints much waits until it is taken. */
  readonly print: (text: string) => unknown;
  /** To stderr, a line. */
  readonly say: (line: string) => void;
  /** To stderr, over what it said last; '' takes that away. Nothing where stderr is no terminal. */
  readonly bar: (text: string) => void;
  /** Resolves at SIGINT or SIGTERM. */
  readonly stopped: Promise<unknown>;
}

/** What is asked of a command beside its settings, as commander names it. */
export type Asked = Readonly<Record<string, unknown>>;

/** A command of the command line. It rejects with CommandFailed or a QueueError for what somebody can mend. */
export interface Command<S extends Settings> {
  /** A word, or two for a command of a group. */
  readonly name: string;
  readonly about: string;
  readonly settings: S;
  /** Groups of settings of which one must be given. */
  readonly required?: readonly (readonly (keyof S & string)[])[];
  readonly options?: readonly Option[];
  run(config: Config<S>, asked: Asked, io: Io): Promise<void>;
}
