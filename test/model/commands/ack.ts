import { epochOf, stateOf } from '../log';
import { holding, settle } from '../projection';
import { confirmAck } from '../promises';
import { acked } from '../rows';
import type { Behaviour } from './behaviour';
import { goTo } from './behaviour';

export const ack: Behaviour = {
  operate(context, command, queue) {
    const { rules, world, broken } = context;
    if (command.step === 'info') {
      command.epoch = queue.epoch;
      return goTo(command, 'readAgain', 'is in the newer epoch');
    }
    if (command.step === 'settle') {
      settle(queue, command.index, command.lease, rules);
      confirmAck(context, command);
      if (command.number === 1 && !world.told.completed.includes(command.index))
        broken(`ACTIVITY: task ${command.index} is acked without activity.completed`);
      return goTo(command, 'done', `settles ${command.index}: true`);
    }
    const found = holding(queue, command.worker);
    if (!found) return goTo(command, 'done', 'holds nothing: false');
    const { held, version } = found;
    const other = command.means !== '' && held.lease !== command.means;
    if (other && rules.keeps('an ack names its lease'))
      return goTo(command, 'done', 'holds another lease: false');
    command.epoch = queue.epoch;
    command.version = version;
    command.index = held.index;
    command.lease = held.lease;
    command.means = held.lease; // this lease is meant from here on
    return goTo(command, command.flag ? 'read' : 'append', `holds ${held.index}`);
  },
  moved: (_, command) => goTo(command, 'info', 'settle moved: looks'),
  /** `read`: for a token, `readAgain`: whether the ack still counts. */
  read(context, command) {
    const { index, epoch } = command;
    const { status } = stateOf(context.world, index, epochOf(context, epoch));
    if (status === 'acked') return goTo(command, 'settle', `reads that ${index} is acked`);
    return command.step === 'read'
      ? goTo(command, 'completed', `reads the token of ${index}`)
      : goTo(command, 'holding', `reads that ${index} is not acked: decides again`);
  },
  rows: ({ index, epoch, version, id: writer, lease, worker }) => [
    acked({ index, epoch, version, writer }, lease, worker),
  ],
  appended(context, command, outcome) {
    const { broken } = context;
    const [meant] = command.indices;
    if (meant !== 0 && meant !== command.index)
      broken(`F6: ${command.worker} meant task ${String(meant)}, task ${command.index} is acked`);
    if (outcome === 'confirmed') return goTo(command, 'settle', 'confirmed');
    return context.rules.keeps('a moved ack is decided again')
      ? goTo(command, 'info', 'moved')
      : goTo(command, 'settle', 'moved');
  },
};
