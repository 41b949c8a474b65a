import { check } from '../../support/checker';

/** Judges a run of so many tasks, each added, fetched and acked, and prints what it counted. */
const TASKS = Number(process.argv[2]);

const text = (line: object): string => JSON.stringify(line);
const base = { queue: 'owner/s', outcome: 'confirmed', worker: 'w1' };

function* history(): Generator<string> {
  for (let task = 1; task <= TASKS; task++) {
    const start = task * 10;
    const lease = `${String(task)}.1.${String(2 * task)}`;
    yield text({ ...base, op: 'add', task, crc: task, start, end: start + 1 });
    const times = { at: start, until: start + 1000 };
    yield text({ ...base, op: 'fetch', task, crc: task, lease, start, end: start + 2, ...times });
    yield text({ ...base, op: 'ack', task, lease, start: start + 3, end: start + 4 });
  }
  const drain = { healed: 0, end: 1, withinMs: 1000, redis: 'flushed', service: 'fresh' };
  yield text({ op: 'drain', ...drain });
  yield text({ op: 'end' });
}

function* log(): Generator<string> {
  for (let index = 1; index <= TASKS; index++) {
    const row = { op: 'row', queue: 'owner/s', index, epoch: 1 };
    const lease = `${String(index)}.1.${String(2 * index)}`;
    const times = { at: index * 10, until: index * 10 + 1000 };
    yield text({ ...row, version: 1, type: 'Added' });
    yield text({ ...row, version: 2 * index, type: 'Fetched', lease, worker: 'w1', ...times });
    yield text({ ...row, version: 3 * index, type: 'Acked', lease });
  }
  yield text({ op: 'end' });
}

void check({
  histories: [{ name: 'client', lines: history() }],
  log: { name: 'log', lines: log() },
}).then(({ findings, totals }) => {
  process.stdout.write(text({ findings, totals }));
});
