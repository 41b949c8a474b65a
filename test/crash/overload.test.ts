import { rmSync } from 'node:fs';
import { check } from '../support/checker';
import { fileSource, HistoryFile } from '../support/checker/files';
import { describeOnServers, SERVER_START_MS } from '../support/servers';
import { until } from '../support/until';
import { Calls } from './stage/calls';
import { drain, logSource } from './stage/drain';
import type { OwnServers, Stage } from './stage/stage';
import { setStage, startServers } from './stage/stage';
import type { Answer, Asked } from './stage/wire';
import { Caller } from './stage/wire';

const QUEUE = { ownerId: 'anna', serviceId: 's1' };
const HELD_MAX = 100;
const TIMES = 10;
/** Each way. What is asked in one go is taken or refused long before Cassandra has answered. */
const DELAY_MS = 2_000;
const REQUEST_TIMEOUT_MS = 10_000;
/** No other limit has a part in this. */
const LIMITS = { commandsMax: HELD_MAX, roundCommandsMax: 20, roundWaitMs: 600_000 };
const LATER = 50;
const RUN_MS = 240_000;

/** What is wrong for a time, of all that README names. */
const RETRYABLE = ['Overloaded', 'LogUnavailable', 'OutcomeUnknown', 'Rebuilding'];

/** Keeps the answers in the order in which they came. */
class ListeningCaller extends Caller {
  readonly answers: string[] = [];

  override async call(asked: Asked): Promise<Answer> {
    const answer = await super.call(asked);
    this.answers.push('ok' in answer ? 'ok' : answer.error);
    return answer;
  }
}

describeOnServers('ten times of what a node may hold is asked while Cassandra is slow', () => {
  let servers: OwnServers;
  let stage: Stage;
  beforeAll(async () => {
    servers = await startServers();
    stage = await setStage(servers, {
      ...{ proxied: true, requestTimeoutMs: REQUEST_TIMEOUT_MS, limits: LIMITS },
    });
  }, SERVER_START_MS);
  afterAll(async () => {
    await stage.stop();
    rmSync(stage.folder, { recursive: true });
    await servers.stop();
  });

  test(
    'it holds no more, refuses the others meanwhile, goes on afterwards, and keeps what it confirmed',
    async () => {
      const [node] = stage.nodes;
      const cassandra = stage.proxies?.cassandra;
      if (!node || !cassandra) throw new Error('a stage without nodes or proxies');
      await node.start();
      const caller = new ListeningCaller(node.socket);
      const history = new HistoryFile(`${stage.folder}/adds.jsonl`);
      const calls = new Calls(history, () => caller);
      let last = 0;
      const add = (): Promise<boolean> => calls.add(QUEUE, ++last);
      await until(() => caller.isThere);
      await until(add);

      cassandra.delay(DELAY_MS);
      const asked = TIMES * HELD_MAX;
      const before = caller.answers.length;
      const adds = Array.from({ length: asked }, add);
      await until(() => caller.answers.length - before >= asked - HELD_MAX);
      const first = caller.answers.slice(before, before + asked - HELD_MAX);
      expect(new Set(first)).toEqual(new Set(['Overloaded']));
      cassandra.delay(0);
      await Promise.all(adds);
      const answers = new Set(caller.answers.slice(before));
      expect(answers).toContain('ok');
      expect([...answers].filter((type) => type !== 'ok' && !RETRYABLE.includes(type))).toEqual([]);

      const { adds: confirmed } = calls;
      await until(async () => (await add()) && calls.adds >= confirmed + LATER);

      caller.close();
      await history.close();
      const drained = await drain(stage, [QUEUE], []);
      const { findings } = await check({
        histories: [history.path, drained].map(fileSource),
        log: logSource(stage, [QUEUE]),
      });
      expect(findings).toEqual([]);
    },
    RUN_MS,
  );
});
