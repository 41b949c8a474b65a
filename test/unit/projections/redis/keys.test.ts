import { keptKeys, keysOf } from '../../../../src/projections/redis/keys';
import { queueNamed } from '../../../support/redisQueue';

describe('the keys of queues', () => {
  it('are built once for a queue, however it is handed over', () => {
    const kept = keptKeys('prefix');
    expect(kept(queueNamed('a'))).toBe(kept(queueNamed('a')));
    expect(kept(queueNamed('a')).all).toEqual(keysOf('prefix', queueNamed('a')).all);
    expect(kept(queueNamed('b')).all).toEqual(keysOf('prefix', queueNamed('b')).all);
  });

  it('are kept for so many queues and no more', () => {
    const kept = keptKeys('prefix', 2);
    const first = kept(queueNamed('a'));
    kept(queueNamed('b'));
    expect(kept(queueNamed('a'))).toBe(first);
    kept(queueNamed('c'));
    expect(kept(queueNamed('a'))).not.toBe(first);
    expect(kept(queueNamed('a')).all).toEqual(first.all);
  });
});
