import { acksOf, epochOf, stateOf } from '../log';
import { claim, hole, settle } from '../projection';
import { checkClaim } from '../promises';
import { fetched, recovered } from '../rows';
import type { Behaviour } from './behaviour';
import { goTo } from './behaviour';

export const fetch: Behaviour = {
  operate(context, command, queue) {
    const { world, rules } = context;
    const { index, lease } = command;
    if (command.step === 'settle') {
      settle(queue, index, lease, rules);
      return goTo(command, 'claim', `settles ${index}`);
    }
    if (command.step === 'hole') {
      hole(queue, index, lease, rules);
      return goTo(command, 'claim', `makes ${index} a gap`);
    }
    const taken = claim(queue, command.worker, world.expired, rules);
    if (!taken) return goTo(command, 'done', 'claims nothing: null');
    command.epoch = queue.epoch;
    command.index = taken.index;
    command.lease = taken.lease;
    command.version = taken.version;
    command.recovered = taken.recovered;
    command.number = acksOf(world, taken.index);
    checkClaim(context, queue, taken);
    return goTo(command, 'read', `claims ${taken.index} by lease ${taken.lease}`);
  },
  moved: (_, command) => goTo(command, 'claim', 'moved: claims again'),
  read(context, command) {
    const { world, rules } = context;
    const { index, lease, epoch } = command;
    const state = stateOf(world, index, epochOf(context, epoch));
    if (state.status === 'absent') return goTo(command, 'hole', `reads that ${index} has no Added`);
    if (state.status === 'acked') return goTo(command, 'settle', `reads that ${index} is acked`);
    if (
      world.expired.includes(lease) &&
      rules.keeps('a value whose lease is over is not handed out')
    )
      return goTo(command, 'claim', 'the lease is over: claims again');
    command.flag = false;
    command.other = '';
    if (state.status === 'leased') {
      const { leaseId, epoch: loggedIn } = state.lease;
      const old = rules.keeps('a lease known only from an older epoch is logged anew');
      if (leaseId === lease) command.flag = !(loggedIn < epoch && old);
      else if (rules.keeps('another lease in the log is recovered first')) command.other = leaseId;
    }
    if (command.flag && !rules.keeps('a logged lease is confirmed before it is handed out'))
      return goTo(command, 'handOut', `reads that ${lease} is logged`);
    return goTo(command, 'append', `reads ${index}: ${state.status}`);
  },
  rows(command) {
    const { index, epoch, version, id: writer, lease, worker, other } = command;
    if (command.flag) return [];
    const row = fetched({ index, epoch, version, writer }, lease, worker);
    return other === ''
      ? [row]
      : [recovered({ index, epoch, version: command.recovered, writer }, other), row];
  },
  appended: (_, command, outcome) =>
    outcome === 'confirmed'
      ? goTo(command, 'handOut', 'confirmed')
      : goTo(command, 'claim', 'moved: claims again'),
};
