import { statusOf, isAcked } from '../log';
import { extend, publish, reserve } from '../projection';
import { checkVoid, confirmAdd } from '../promises';
import { added } from '../rows';
import type { Behaviour } from './behaviour';
import { goTo, impossible } from './behaviour';

export const add: Behaviour = {
  operate(context, command, queue) {
    const { world, rules, broken } = context;
    if (command.step === 'extend') {
      extend(queue, command.number);
      return goTo(command, 'reserve', `extends to ${command.number}`);
    }
    if (command.step === 'reserve') {
      const reserved = reserve(queue);
      command.epoch = queue.epoch;
      if (!reserved) return goTo(command, 'readHead', 'no index is left');
      Object.assign(command, reserved);
      return goTo(command, 'append', `reserves ${reserved.index}`);
    }
    const { index } = command;
    if (publish(queue, index, rules) === 'VOID') {
      checkVoid(context, queue, index);
      return goTo(command, 'done', `publish of ${index} is void: OutcomeUnknown`);
    }
    confirmAdd(context, index);
    if (statusOf(world, index) !== 'open' && !isAcked(world, index) && !world.told.dropped)
      broken(`P1: the add of ${index} is confirmed in a segment that is not open`);
    return goTo(command, 'done', `publishes ${index}: true`);
  },
  moved(_, command) {
    command.epoch = 0; // harmless in any epoch, so asked again as it is
    return command.step === 'extend'
      ? goTo(command, 'reserve', 'extend moved')
      : 'publish moved, again';
  },
  read: impossible,
  rows: (command) => [added({ ...command, writer: command.id })],
  appended({ rules }, command, outcome) {
    if (outcome === 'confirmed') return goTo(command, 'publish', 'confirmed');
    if (rules.keeps('a moved add appends again'))
      return goTo(command, 'appendAgain', 'moved: appends again');
    return goTo(command, 'publish', 'moved');
  },
};
