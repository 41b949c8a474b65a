import { createQueueClient, QueueWorker } from '../../../src/client';

/**
 * A worker in a process of its own: says each task it is given as a line of JSON. A task with the value
 * `hang` is never done; `close` ends the worker, and nothing else ends the process.
 */
const [url = '', serviceId = ''] = process.argv.slice(2);

const client = createQueueClient<string, string>({ url, token: 'token-a' });
const worker = new QueueWorker(
  client,
  { serviceId, workerId: 'w', timeToRecover: 60_000 },
  async (value, { task }) => {
    process.stdout.write(`${JSON.stringify(task)}\n`);
    if (value === 'hang') await new Promise(() => undefined);
    if (value === 'close') void worker.close();
    return value;
  },
);
