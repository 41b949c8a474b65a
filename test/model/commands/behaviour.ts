import type { Row } from '../rows';
import type { Command, Context, Queue } from '../world';

/** How a command of one kind goes on: src/commands has the same steps as generators. */
export interface Behaviour {
  /** One operation on an open queue. */
  operate(context: Context, command: Command, queue: Queue): string;
  /** The queue went to a newer epoch before what was logged could be applied: nothing was. */
  moved(context: Context, command: Command): string;
  read(context: Context, command: Command): string;
  rows(command: Command): readonly Row[];
  appended(context: Context, command: Command, outcome: 'confirmed' | 'moved'): string;
}

export const goTo = (command: Command, step: Command['step'], text: string): string => {
  command.step = step;
  return text;
};

export const impossible = (): never => {
  throw new Error('this kind of command has no such step');
};
