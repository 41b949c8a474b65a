/**
 * Each breaks one rule of the queue, and names the test file that has to fail then. An edit is the text to be
 * found in the file, exactly once, and what stands there instead.
 *
 * @typedef {{ file: string, find: string, put: string }} Edit
 * @typedef {{ breaks: string, caughtBy: string, edits: readonly Edit[] }} Break
 */

/** @type {(breaks: string, caughtBy: string, file: string, find: string, put: string) => Break} */
const one = (breaks, caughtBy, file, find, put) => ({
  breaks,
  caughtBy,
  edits: [{ file, find, put }],
});

const MEMORY = 'src/projections/memory';
const LUA = 'src/projections/redis/lua';

/** @type {readonly Break[]} */
export const BREAKS = [
  one(
    'what a node remembers of a task is taken in whatever epoch',
    'test/unit/commands/a-task-is-remembered-for-its-first-fetch.test.ts',
    'src/commands/rounds/recentAdds.ts',
    'return row?.epoch === epoch ? row : undefined;',
    'return row;',
  ),
  one(
    'a projection may give indices that the log has not claimed',
    'test/unit/commands/the-projection-of-another-log.test.ts',
    'src/commands/rounds/queueRounds.ts',
    'if (!this.epochs.isKnownClaimed(round.claimedTo)) await this.refuseAheadOfLog(round);',
    '',
  ),
  one(
    'an add is confirmed before it is appended',
    'test/crash/each-step-of-each-command.test.ts',
    'src/commands/add.ts',
    'let moved = false;',
    "yield* operate({ do: 'publish', index, token: false });\n  return true;\n  let moved = false;",
  ),
  one(
    'an ack is settled before it is appended',
    'test/crash/each-step-of-each-command.test.ts',
    'src/commands/ack.ts',
    'const acked = ackedRow(',
    "yield* operate({ do: 'settle', index });\n    const acked = ackedRow(",
  ),
  {
    breaks: 'an ack of an older epoch counts, whatever a rewind has annulled',
    caughtBy: 'test/unit/commands/epoch-moves-under-a-command.test.ts',
    edits: [
      {
        file: 'src/commands/ack.ts',
        find: "=== 'moved' && !(yield* isAcked(index))) continue",
        put: "=== 'moved' && false) continue",
      },
      {
        file: 'src/commands/ack.ts',
        find: 'if (!(yield* isAcked(index))) return false;',
        put: '',
      },
    ],
  },
  one(
    'a fetch that was moved to a newer epoch hands out what it had',
    'test/unit/commands/epoch-moves-under-a-command.test.ts',
    'src/commands/fetch.ts',
    "if ((yield* append(events)) === 'moved') continue;",
    'yield* append(events);',
  ),
  one(
    'a value is handed out whose lease has run out',
    'test/unit/commands/commands.test.ts',
    'src/commands/fetch.ts',
    'if (round.elapsedNow() >= lease.leaseUntil) continue;',
    '',
  ),
  one(
    'an acked task is handed out again',
    'test/unit/domain/decide.test.ts',
    'src/domain/decide.ts',
    "if (state.status === 'acked') return alreadyAcked;\n  if (now",
    'if (now',
  ),
  one(
    'the lease that the log still has is not recovered before the next',
    'test/unit/domain/decide.test.ts',
    'src/domain/decide.ts',
    "return E.right([{ type: 'Recovered', v: 1, leaseId: state.lease.leaseId }, fetched]);",
    'return E.right([fetched]);',
  ),
  one(
    'a rewind annuls no ack',
    'test/unit/domain/task.test.ts',
    'src/domain/task.ts',
    "state.status === 'acked' || state.status === 'waiting'",
    "state.status === 'waiting'",
  ),
  one(
    'the append to SQLite does not test the epoch',
    'test/contract/log/sqlite.test.ts',
    'src/log/sqlite/appends.ts',
    "return current === epoch ? confirmed : { type: 'moved', epoch: current as Epoch };",
    'return confirmed;',
  ),
  one(
    'a commit that failed is told as one that was made',
    'test/integration/sqlite/disk-is-full.test.ts',
    'src/log/sqlite/groupCommit.ts',
    'const tell = this.transact(() => members.map(({ write }) => write()));',
    `let tell: (() => void)[] = [];
      try {
        this.transact(() => (tell = members.map(({ write }) => write())));
      } catch {}`,
  ),
  one(
    'a newer epoch seen after an append to Cassandra is not heeded',
    'test/integration/cassandra/epoch-lease.test.ts',
    'src/log/cassandra/appends.ts',
    'return later.epoch === epoch ? confirmed : movedTo(later);',
    'return confirmed;',
  ),
  one(
    'a look at the head vouches however old it is',
    'test/integration/cassandra/epoch-lease.test.ts',
    'src/log/cassandra/looks.ts',
    'elapsedMs(look.startedAt, acknowledgedAt) <= EPOCH_LEASE_MS',
    'elapsedMs(look.startedAt, acknowledgedAt) <= Infinity',
  ),
  one(
    'a rebuild does not wait out the epoch lease',
    'test/unit/commands/rebuild.test.ts',
    'src/commands/rebuild.ts',
    'if (log.epochLeaseMs > 0) await wait(log.epochLeaseMs * WAIT_FACTOR);',
    '',
  ),
  one(
    'a raise that was not applied passes for one that was',
    'test/unit/commands/rebuild.test.ts',
    'src/commands/rebuild.ts',
    'return applied ? head : null;',
    'return applied ? head : head;',
  ),
  one(
    'a rewind that was not applied passes for one that was',
    'test/unit/commands/rewind.test.ts',
    'src/commands/rewind.ts',
    'return (await log.rewind(queue, head, change)).applied;',
    'return Boolean(await log.rewind(queue, head, change));',
  ),
  one(
    'a rebuild gives an index a second time',
    'test/unit/commands/commands.test.ts',
    'src/commands/rebuild.ts',
    'before.claimedTo, now, announce)',
    'before.claimedTo - 1, now, announce)',
  ),
  one(
    'a rebuild does not wait for another that goes on',
    'test/unit/commands/rebuild.test.ts',
    'src/commands/rebuild.ts',
    ' || (building && building.epoch >= before.epoch)',
    '',
  ),
  one(
    'who finds a head opens an empty state over it',
    'test/unit/commands/server-changes-while-a-state-is-opened.test.ts',
    'src/commands/createQueue.ts',
    'if (head.raisedBy === raisedBy) await projection',
    'await projection',
  ),
  one(
    'a segment is closed over a task that is not acked',
    'test/unit/commands/commands.test.ts',
    'src/commands/closeSegments.ts',
    "if (foldTask(task, rewinds).status !== 'acked') return null;",
    '',
  ),
  one(
    'a sweep gives up an index without a look at the log',
    'test/unit/commands/a-gap-is-final.test.ts',
    'src/commands/sweep.ts',
    "if (added?.event.type === 'Added') {",
    "if (added?.event.type === 'Added' && Number(index) < 0) {",
  ),
  one(
    'a command is decided in a newer epoch on what an older one has logged',
    'test/unit/commands/applied-in-its-epoch.test.ts',
    'src/commands/rounds/queueRounds.ts',
    'decidedIn !== null && decidedIn !== epoch)',
    'decidedIn !== null && decidedIn === null)',
  ),
  one(
    'Redis: a state is used on another server than it was written on',
    'test/integration/redis/fails-over-to-a-stale-replica.test.ts',
    `${LUA}/shared/fence.lua`,
    ' or meta.identity ~= identity',
    '',
  ),
  one(
    'Redis: a key that is gone is not noticed',
    'test/integration/redis/state-is-lost.test.ts',
    `${LUA}/shared/fence.lua`,
    'if sizeOf(key) ~= size then return nil end',
    'if sizeOf(key) ~= size then end',
  ),
  one(
    'Redis: an old fold is opened over a newer epoch',
    'test/contract/projection/redis.test.ts',
    `${LUA}/restore.lua`,
    ' or (there and there.epoch >= tonumber(ARGV[3]))',
    '',
  ),
  one(
    'Redis: an index that was given up is published',
    'test/contract/projection/redis.test.ts',
    `${LUA}/operations/publish.lua`,
    ' or ranges.has(GAPS, index)',
    '',
  ),
  one(
    'Redis: an ack ends another lease than it names',
    'test/contract/projection/redis.test.ts',
    `${LUA}/operations/holding.lua`,
    " or (id ~= '' and id ~= leases.idOf(packed))",
    '',
  ),
  one(
    'Redis: a number above 2^24 is not exact',
    'test/contract/projection/redis.test.ts',
    `${LUA}/shared/fence.lua`,
    "'<dddddddddddddddddddddd'",
    "'<ddddddfdddddddddddddddxxxx'",
  ),
  one(
    'Redis: the first caller whose time decides misses what was fetched before',
    'test/contract/projection/redis.test.ts',
    `${LUA}/shared/leases.lua`,
    "local all = redis.call('HGETALL', WORKERS)",
    'local all = {}',
  ),
  one(
    'Redis: a queue is answered with what another queue of its call holds',
    'test/integration/redis/rounds-of-many-queues.test.ts',
    `${LUA}/round.lua`,
    'leases.begin()',
    'if not leases.held then leases.begin() end',
  ),
  one(
    'Redis: a mistake in one queue takes the others of its call with it',
    'test/integration/redis/rounds-of-many-queues.test.ts',
    `${LUA}/round.lua`,
    'fine, reply = pcall(round)',
    'fine, reply = true, round()',
  ),
  one(
    'Redis: a name that is no whole text takes the other queues of its call with it',
    'test/integration/redis/rounds-of-many-queues.test.ts',
    'src/projections/redis/wire.ts',
    'toUSVString(name)',
    '(toUSVString(name), name)',
  ),
  one(
    'Redis: acks share a call with what may be refused when memory is full',
    'test/integration/redis/rounds-of-many-queues.test.ts',
    'src/projections/redis/redisProjection.ts',
    'const lane = isGrowing(operations) ? lanes.growing : lanes.shrinking;',
    'const lane = isGrowing(operations) ? lanes.growing : lanes.growing;',
  ),
  one(
    'Redis: rounds wait for a server that has just not answered, one call after the other',
    'test/unit/projections/redis/gathered.test.ts',
    'src/projections/redis/gathered.ts',
    'if (error instanceof OutcomeUnknown) refuseWaiting(error);',
    'if (error instanceof OutcomeUnknown && sent.length < 0) refuseWaiting(error);',
  ),
  one(
    'Redis: one call carries any number of rounds',
    'test/unit/projections/redis/gathered.test.ts',
    'src/projections/redis/gathered.ts',
    'waiting.splice(0, fitting(waiting, max))',
    'waiting.splice(0, Math.max(fitting(waiting, max), waiting.length))',
  ),
  {
    breaks: 'Redis: the client sends a call again whose answer it has not seen',
    caughtBy: 'test/integration/redis/server-goes-away.test.ts',
    edits: [
      {
        file: 'src/projections/redis/clients.ts',
        find: 'autoResendUnfulfilledCommands: false',
        put: 'autoResendUnfulfilledCommands: true',
      },
      {
        file: 'src/projections/redis/clients.ts',
        find: 'maxRetriesPerRequest: 0',
        put: 'maxRetriesPerRequest: null',
      },
    ],
  },
  one(
    'in process: a lease is taken over that has not run out',
    'test/contract/projection/memory.test.ts',
    `${MEMORY}/operations/claim.ts`,
    'leases.byLeaseUntil.oldest(now, round)',
    'leases.byLeaseUntil.oldest(Infinity, round)',
  ),
  {
    breaks: 'the owner is taken from the parameters',
    caughtBy: 'test/integration/service/bad-input.test.ts',
    edits: [
      {
        file: 'src/service/actions/action.ts',
        find: 'const ownerId = ownerOf(ctx.meta);',
        put: 'const { ownerId = ownerOf(ctx.meta), ...given } = withServiceOfMeta(ctx) as never;',
      },
      {
        file: 'src/service/actions/action.ts',
        find: 'decode(params, withServiceOfMeta(ctx))',
        put: 'decode(params, given)',
      },
    ],
  },
  one(
    'whoever calls is an operator',
    'test/integration/gateway/routes.test.ts',
    'src/service/http/authenticate.ts',
    'if (operatorOnly && caller.operator !== true) throw notOperator;',
    '',
  ),
  {
    breaks: 'a payload opens at another place than it was sealed for',
    caughtBy: 'test/unit/crypto/vault.test.ts',
    edits: [
      {
        file: 'src/crypto/cipher.ts',
        find: '  cipher.setAAD(associated);',
        put: '  cipher.setAAD(Buffer.alloc(0));',
      },
      {
        file: 'src/crypto/cipher.ts',
        find: '  decipher.setAAD(associated);',
        put: '  decipher.setAAD(Buffer.alloc(0));',
      },
    ],
  },
  one(
    'a nonce is used twice',
    'test/unit/crypto/cipher.test.ts',
    'src/crypto/nonces.ts',
    'this.used += NONCE_BYTES;',
    'this.used = NONCE_BYTES;',
  ),
  {
    breaks: 'retention deletes before the floor is raised',
    caughtBy: 'test/integration/cassandra/changed-in-between.test.ts',
    edits: [
      {
        file: 'src/log/cassandra/segments.ts',
        find: 'if (!(await this.raiseFloor(queue, epoch, segment))) return false;',
        put: '',
      },
      {
        file: 'src/log/cassandra/segments.ts',
        find: 'const change = [this.statements.dropSegment(queue, segment)];',
        put: `if (!(await this.raiseFloor(queue, epoch, segment))) return false;
    const change = [this.statements.dropSegment(queue, segment)];`,
      },
    ],
  },
  one(
    'what a server refuses of several partitions passes for not written',
    'test/unit/log/cassandra/gatheredWrites.test.ts',
    'src/log/cassandra/gatheredWrites.ts',
    'failure.surelyNotDone && !(error instanceof errors.ResponseError);',
    'failure.surelyNotDone;',
  ),
  one(
    'a seal counts whoever signed it',
    'test/unit/seals',
    'src/seals/signing.ts',
    "verify(null, signedText(body), key, Buffer.from(signature, 'base64'));",
    "verify(null, signedText(body), key, Buffer.from(signature, 'base64')) || true;",
  ),
  one(
    'a slot of a worker handles a lease again that it could not ack',
    'test/unit/client/queueWorker.test.ts',
    'src/client/worker/slot.ts',
    'task !== null && task.leaseId !== this.handled',
    'task !== null',
  ),
  one(
    'a slot of a worker fetches while a handler runs whose lease is over',
    'test/unit/client/queueWorker.test.ts',
    'src/client/worker/slot.ts',
    'return { result: await handler(task.value, { signal, task }) };',
    "const over = new Promise<never>((_, no) => signal.addEventListener('abort', no));\n      return { result: await Promise.race([handler(task.value, { signal, task }), over]) };",
  ),
  one(
    'a slot of a worker acks as failed what it was told to stop',
    'test/unit/client/queueWorker.test.ts',
    'src/client/worker/slot.ts',
    'const leave = aborted || this.parts',
    'const leave = this.parts',
  ),
  one(
    'a slot of a worker gives up an ack that a repeat would have made',
    'test/unit/client/queueWorker.test.ts',
    'src/client/worker/slot.ts',
    'if (ended.aborted || !isRetryable(error)) throw error;',
    'throw error;',
  ),
  one(
    'a slot of a worker starts a lease anew that is as old as it has been asking',
    'test/unit/client/queueWorker.test.ts',
    'src/client/worker/slot.ts',
    'const task = await client.fetch(',
    'this.askingSince = performance.now();\n      const task = await client.fetch(',
  ),
  one(
    'the slots of a worker have one name',
    'test/unit/client/queueWorker.test.ts',
    'src/client/worker/queueWorker.ts',
    '`${settings.workerId}-${i + 1}`',
    '`${settings.workerId}-${i * 0 + 1}`',
  ),
  one(
    'a listener stops the slots of a worker',
    'test/unit/client/queueWorker.test.ts',
    'src/client/worker/events.ts',
    '  try {\n    to.emit(name, ...args);\n  } catch (error) {\n    tellError(to, error);\n  }',
    '  to.emit(name, ...args);',
  ),
  one(
    'a lease that a slot of a worker holds keeps its timer after a close',
    'test/unit/client/queueWorker.test.ts',
    'src/client/worker/lease.ts',
    '    clearTimeout(timer);\n    controller.abort(ended.reason);',
    '    controller.abort(ended.reason);',
  ),
];
