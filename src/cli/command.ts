import type { Argument, Option } from 'commander';
import type { Config, Settings } from '../config';
import type { Paint } from './paint';

/** What a command has of the process it runs in. */
export interface Io {
  /** To stdout: what the command answers. Who prints much waits until it is taken. */
  readonly print: (text: string) => unknown;
  /** To stderr, a line. */
  readonly say: (line: string) => void;
  /** To stderr, over what it said last; '' takes that away. Nothing where stderr is no terminal. */
  readonly bar: (text: string) => void;
  /** All of stdin, as text. */
  readonly input: () => Promise<string>;
  /** Text in a colour, where stdout shows colours. */
  readonly paint: Paint;
  /** Resolves at SIGINT or SIGTERM; a second one ends the process. */
  readonly stopped: Promise<unknown>;
}

/** What is asked of a command beside its settings: options as commander names them, arguments by name. */
export type Asked = Readonly<Record<string, unknown>>;

/** A command of the command line. It rejects with CommandFailed or a QueueError for what somebody can mend. */
export interface Command<S extends Settings> {
  /** A word, or two for a command of a group. */
  readonly name: string;
  readonly about: string;
  /** What follows the name of the program; each is run or parsed by a test. */
  readonly examples: readonly [string, ...string[]];
  readonly settings: S;
  /** Groups of settings of which one must be given. */
  readonly required?: readonly (readonly (keyof S & string)[])[];
  /** What stands behind the name. */
  readonly args?: readonly Argument[];
  readonly options?: readonly Option[];
  run(config: Config<S>, asked: Asked, io: Io): Promise<void>;
}
