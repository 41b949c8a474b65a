import { FakeWorkQueue, fakeComposition } from '../../support/fakeWorkQueue';
import { as, TestServer } from './servers';

/** A gateway that stops lets requests under way finish and keeps no connection. */
class SlowWorkQueue extends FakeWorkQueue {
  finish: () => void = () => undefined;
  readonly started: Promise<void>;
  private tellStarted: () => void = () => undefined;

  constructor() {
    super();
    this.started = new Promise((resolve) => (this.tellStarted = resolve));
  }

  override async info(...given: Parameters<FakeWorkQueue['info']>) {
    this.tellStarted();
    await new Promise<void>((resolve) => (this.finish = resolve));
    return super.info(...given);
  }
}

const keepAlive = { ...as('token-a'), Connection: 'keep-alive' };

/** Ends when new requests are refused. */
async function refusal(server: TestServer): Promise<void> {
  for (;;) {
    try {
      await server.get('/s/fetch?workerId=w');
    } catch {
      return;
    }
  }
}

test('a request under way is answered', async () => {
  const queue = new SlowWorkQueue();
  const server = await new TestServer().start({}, { compose: async () => fakeComposition(queue) });
  await server.get('/s/fetch?workerId=w', keepAlive);
  const info = server.get('/s/info', keepAlive);
  await queue.started;
  const stopped = server.stop();
  await refusal(server);
  queue.finish();
  expect(await info).toMatchObject({ status: 200 });
  const answeredAt = performance.now();
  await stopped;
  // Its connection is closed then: nobody waits for it to time out.
  expect(performance.now() - answeredAt).toBeLessThan(2000);
});

test('one that does not end is cut off after the grace', async () => {
  const queue = new SlowWorkQueue();
  const server = await new TestServer().start(
    { graceMs: 50 },
    { compose: async () => fakeComposition(queue) },
  );
  const info = server.get('/s/info', keepAlive);
  const failed = expect(info).rejects.toThrow();
  await queue.started;
  await server.stop();
  await failed;
  queue.finish();
});

test('a port that is taken makes the start fail, and does not end the process', async () => {
  const first = await new TestServer().start();
  const second = new TestServer();
  try {
    const port = Number(new URL(first.url).port);
    await expect(second.start({ port })).rejects.toMatchObject({ code: 'EADDRINUSE' });
    expect(await first.get('/s/info')).toMatchObject({ status: 200 });
  } finally {
    await second.stop();
    await first.stop();
  }
});
