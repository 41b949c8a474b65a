import type { Command, CommandKind } from '../world';
import { ack } from './ack';
import { add } from './add';
import type { Behaviour } from './behaviour';
import { fetch } from './fetch';
import { close, recover, sweep } from './upkeep';

export const BEHAVIOURS: Readonly<Record<CommandKind, Behaviour>> = {
  ...{ add, fetch, ack, recover, sweep, close },
};

export const FIRST: Readonly<Record<CommandKind, Command['step']>> = {
  add: 'reserve',
  fetch: 'claim',
  ack: 'holding',
  recover: 'expired',
  sweep: 'stalePending',
  close: 'closable',
};
