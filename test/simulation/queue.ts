import { queueOf } from '../support/rows';

/** The one queue of a history. */
export const QUEUE = queueOf('owner', 'service');
