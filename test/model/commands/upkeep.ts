import { epochOf, stateOf } from '../log';
import { closable, closeSegment, hole, markGap, publish, returned, settle } from '../projection';
import { recovered } from '../rows';
import type { Command, Context, Queue } from '../world';
import type { Behaviour } from './behaviour';
import { goTo, impossible } from './behaviour';

const APPENDING: readonly Command['step'][] = ['append', 'look', 'appendAgain'];

/** The jobs of a node. Each looks at one lease, one index or one segment; the next look is another. */

export const recover: Behaviour = {
  operate({ world, rules }, command, queue) {
    const { index, lease } = command;
    if (command.step === 'expired') {
      const old = queue.leases.find((held) => world.expired.includes(held.lease));
      if (!old) return goTo(command, 'done', 'finds no lease that ran out');
      Object.assign(command, { index: old.index, lease: old.lease, epoch: queue.epoch });
      command.version = ++queue.version;
      return goTo(command, 'read', `finds that ${old.lease} ran out`);
    }
    if (command.step === 'settle') settle(queue, index, lease, rules);
    if (command.step === 'hole') hole(queue, index, lease, rules);
    if (command.step === 'returned') returned(queue, index, lease, rules);
    return goTo(command, 'done', `${command.step} ${index}`);
  },
  moved: (_, command) => goTo(command, 'done', 'moved'),
  read(context, command) {
    const { index, lease, epoch } = command;
    const state = stateOf(context.world, index, epochOf(context, epoch));
    command.flag = !(state.status === 'leased' && state.lease.leaseId === lease);
    const otherwise = state.status === 'leased' ? (command.flag ? 'done' : 'returned') : 'returned';
    const then = {
      absent: 'hole',
      acked: 'settle',
      waiting: 'returned',
      leased: otherwise,
    } as const;
    command.other = then[state.status];
    return goTo(command, 'append', `reads ${index}: ${state.status}`);
  },
  rows: ({ flag, index, epoch, version, id: writer, lease }) =>
    flag ? [] : [recovered({ index, epoch, version, writer }, lease)],
  appended: (_, command, outcome) =>
    outcome === 'moved'
      ? goTo(command, 'done', 'moved')
      : goTo(command, command.other as Command['step'], 'confirmed'),
};

export const sweep: Behaviour = {
  operate({ world, rules }, command, queue) {
    const { index } = command;
    if (command.step === 'stalePending') {
      const isAtWork = (pending: number): boolean =>
        world.nodes.some(({ commands }) =>
          commands.some(
            (add) => add.kind === 'add' && add.index === pending && APPENDING.includes(add.step),
          ),
        );
      const found = queue.pending.find(
        (pending) => !isAtWork(pending) || !rules.keeps('the sweep leaves adds at work alone'),
      );
      if (found === undefined) return goTo(command, 'done', 'finds nothing pending for long');
      command.index = found;
      command.epoch = queue.epoch;
      return goTo(command, 'read', `finds ${found} pending`);
    }
    if (command.step === 'publish') publish(queue, index, rules);
    else markGap(queue, index, rules);
    return goTo(command, 'done', `${command.step} ${index}`);
  },
  moved: (_, command) => goTo(command, 'done', 'moved'),
  read({ world, rules }, command) {
    const { status } = stateOf(world, command.index);
    const there = status !== 'absent' && rules.keeps('the sweep publishes what is in the log');
    return goTo(command, there ? 'publish' : 'markGap', `reads ${command.index}: ${status}`);
  },
  rows: impossible,
  appended: impossible,
};

export const close: Behaviour = {
  operate(_: Context, command: Command, queue: Queue) {
    if (command.step === 'closable') {
      const found = closable(queue);
      if (!found) return goTo(command, 'done', 'finds no segment to close');
      Object.assign(command, { number: found.segment, indices: found.gaps, epoch: queue.epoch });
      return goTo(
        command,
        'scan',
        `finds segment ${found.segment} with gaps [${found.gaps.join()}]`,
      );
    }
    closeSegment(queue, command.number);
    return goTo(command, 'done', `forgets segment ${command.number}`);
  },
  moved: (_, command) => goTo(command, 'done', 'moved'),
  read: impossible,
  rows: impossible,
  appended: impossible,
};
