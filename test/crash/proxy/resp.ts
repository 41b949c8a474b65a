import type { Link } from './faultProxy';

/**
 * Replies of Redis come in the order of the requests: without one of them the connection is of no use.
 * So from a call of a script on nothing comes back, and the connection breaks once its server has answered.
 */
export function respLink(): Link {
  let losing = false;
  return {
    breaks: true,
    sent(bytes, lose) {
      if (losing || !lose || !/evalsha/i.test(bytes.toString('latin1'))) return false;
      losing = true;
      return true;
    },
    received: (bytes) =>
      losing ? { passed: Buffer.alloc(0), lost: true } : { passed: bytes, lost: false },
  };
}
