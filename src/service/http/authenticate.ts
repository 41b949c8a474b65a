import type { IncomingMessage } from 'node:http';
import { CHALLENGE } from './errorAnswer';
import { hintOf } from './hints';
import { Problem } from './problem';

export interface Caller {
  readonly ownerId: string;
  /** May use the operators' routes. */
  readonly operator?: boolean;
}

/** Says who sent a request; null: nobody we know. Only what it returns gets into the meta of a call. */
export type Authenticate = (req: IncomingMessage) => Caller | null | Promise<Caller | null>;

/** The caller, or 401; 403 on an operators' route without the operator's token. */
export function admitted(caller: Caller | null, operatorOnly: boolean): Caller {
  if (caller === null) throw notAuthenticated;
  if (operatorOnly && caller.operator !== true) throw notOperator;
  return caller;
}

const notAuthenticated = new Problem(
  'NotAuthenticated',
  'No token, or one that is not known',
  hintOf('NotAuthenticated'),
  CHALLENGE,
);

const notOperator = new Problem(
  'OperatorOnly',
  'This needs the operator token',
  hintOf('OperatorOnly'),
);
