import { createCipheriv, createDecipheriv, pbkdf2Sync, randomBytes } from 'node:crypto';
import { Redis } from 'ioredis';
import { RawRows } from '../rawRows';
import { VALUE } from '../value';
import type { BenchQueue } from '../benchQueue';
import type { Contender } from './contender';
import { untilTaken } from './contender';

/** The next index that nobody took, held for the caller: KEYS[1] the queue, ARGV[1] the caller. */
const CLAIM = `
local added = tonumber(redis.call('HGET', KEYS[1], 'added') or '0')
if tonumber(redis.call('HGET', KEYS[1], 'taken') or '0') >= added then return false end
local index = redis.call('HINCRBY', KEYS[1], 'taken', 1)
redis.call('HSET', KEYS[1], ARGV[1], index)
return index`;

/**
 * What the original does for a task, and nothing else of it: a key derived anew for each add and each
 * fetch, a single INSERT, a single SELECT, a claim and a release in Redis.
 */
export const original: Contender = {
  name: "the original's cost model",
  family: 'original',
  async open(servers) {
    const { servers: addresses, pids } = await servers.ours('periodic');
    const rows = new RawRows(addresses.cassandra);
    const redis = new Redis(addresses.redis.url);
    let queues = 0;
    return {
      configuration:
        'the Cassandra and Redis of "ours, commit log periodic"; PBKDF2 of 1,000 rounds of SHA-512 per ' +
        'add and per fetch, one INSERT, one SELECT, a claim and a release in Redis; called directly',
      pids: Object.values(pids),
      async newQueue() {
        rows.newPartition();
        return new OriginalQueue(rows, redis, `original-${String(++queues)}`);
      },
      async close() {
        await redis.quit();
        await rows.close();
      },
    };
  },
};

class OriginalQueue implements BenchQueue {
  constructor(
    private readonly rows: RawRows,
    private readonly redis: Redis,
    private readonly key: string,
  ) {}

  async add(): Promise<void> {
    const iv = randomBytes(16);
    const cipher = createCipheriv('aes-256-cbc', derived(iv), iv);
    const sealed = Buffer.concat([iv, cipher.update(VALUE), cipher.final()]);
    const index = await this.redis.hincrby(this.key, 'added', 1);
    await this.rows.insert(index, sealed);
  }

  async takeAndFinish(caller: number): Promise<void> {
    const holder = `caller-${String(caller)}`;
    const index = await untilTaken(() => this.redis.eval(CLAIM, 1, this.key, holder));
    // The index is given before the row is there.
    const sealed = await untilTaken(() => this.rows.select(Number(index)));
    const iv = sealed.subarray(0, 16);
    const cipher = createDecipheriv('aes-256-cbc', derived(iv), iv);
    const value = Buffer.concat([cipher.update(sealed.subarray(16)), cipher.final()]);
    if (value.toString() !== VALUE) throw new Error('a task does not carry what was added');
    if ((await this.redis.hdel(this.key, holder)) !== 1) throw new Error('a task was not held');
  }
}

const derived = (salt: Buffer): Buffer => pbkdf2Sync('k'.repeat(32), salt, 1_000, 32, 'sha512');
