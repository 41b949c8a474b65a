import type { Collected } from './collected';
import { CONFIRMED, REFUSED } from './collected';
import type { Findings } from './findings';

/** What clients have seen of each task: before the log is read. */
export function judgeDeliveries(seen: Collected, findings: Findings): void {
  const { adds, acks, deliveries, rowOfTask } = seen;
  for (let row = 0; row < acks.length; row++) {
    const add = rowOfTask.get(acks.get(row, 'task'));
    if (add === undefined) continue; // what was delivered to it is said to be never added
    const outcome = acks.get(row, 'outcome');
    if (outcome === CONFIRMED && acks.get(row, 'end') < adds.get(add, 'acked')) {
      adds.set(add, 'acked', acks.get(row, 'end'));
      adds.set(add, 'ackFile', acks.get(row, 'file'));
      adds.set(add, 'ackLine', acks.get(row, 'line'));
    }
    if (outcome !== REFUSED) adds.set(add, 'maybeAcked', 1);
  }
  for (let row = 0; row < deliveries.length; row++) {
    const task = deliveries.get(row, 'task');
    const here = seen.deliveryPlace(row);
    const add = rowOfTask.get(task);
    if (add === undefined) {
      findings.add('never added', task, 'it was delivered, and no client has added it', [here]);
      continue;
    }
    const places = [seen.addPlace(add), here];
    if (adds.get(add, 'crc') !== deliveries.get(row, 'crc'))
      findings.add('wrong bytes', task, 'other bytes were delivered than were added', places);
    if (adds.get(add, 'queue') !== deliveries.get(row, 'queue')) {
      const [of, to] = [adds.get(add, 'queue'), deliveries.get(row, 'queue')];
      const about = `added to ${seen.queues.name(of)}, delivered from ${seen.queues.name(to)}`;
      findings.add('wrong owner', task, about, places);
    }
    if (adds.get(add, 'outcome') === REFUSED) {
      const about = 'its add was told that nothing was changed';
      findings.add('refused, yet delivered', task, about, places);
    }
    if (deliveries.get(row, 'start') > adds.get(add, 'acked')) {
      const ack = seen.place(adds.get(add, 'ackFile'), adds.get(add, 'ackLine'));
      const about = 'a fetch that began after its ack was confirmed has delivered it';
      findings.add('came back after its ack', task, about, [ack, here]);
    }
    const index = deliveries.get(row, 'index');
    if (adds.get(add, 'delivered') > 0 && adds.get(add, 'index') !== index) {
      const about = `at ${String(adds.get(add, 'index'))} and at ${String(index)}`;
      findings.add('task at two indices', task, about, places);
    }
    adds.set(add, 'delivered', adds.get(add, 'delivered') + 1);
    adds.set(add, 'index', index);
  }
}

/** After a drain each confirmed add was delivered, and whatever was delivered may be acked. */
export function judgeDrained(seen: Collected, findings: Findings): void {
  const { adds } = seen;
  for (let row = 0; row < adds.length; row++) {
    const task = adds.get(row, 'task');
    if (adds.get(row, 'delivered') === 0) {
      if (adds.get(row, 'outcome') !== CONFIRMED) continue;
      const about = 'its add was confirmed, and no fetch has delivered it';
      findings.add('lost', task, about, [seen.addPlace(row)]);
    } else if (adds.get(row, 'maybeAcked') === 0) {
      const about = 'it was delivered, but never acked and not delivered again';
      findings.add('left unacked', task, about, [seen.addPlace(row)]);
    }
  }
}

/** A worker is given the task it holds until it acks or its lease is over; after the log is read. */
export function judgeWorkers(seen: Collected, findings: Findings): void {
  const { deliveries } = seen;
  let before = -1;
  for (const row of deliveries.order('queue', 'worker', 'start')) {
    const isNext =
      before >= 0 && deliveries.get(before, 'worker') === deliveries.get(row, 'worker');
    if (isNext && !isOver(seen, before, row) && !isSameLease(seen, before, row)) {
      const worker = seen.workers.name(deliveries.get(row, 'worker'));
      const about = `${worker} holds ${String(deliveries.get(before, 'task'))} and was given another`;
      const places = [seen.deliveryPlace(before), seen.deliveryPlace(row)];
      const type = 'another task before the end of its lease';
      findings.add(type, deliveries.get(row, 'task'), about, places);
    }
    before = row;
  }
}

const isSameLease = ({ deliveries }: Collected, a: number, b: number): boolean =>
  (['index', 'epoch', 'version'] as const).every(
    (name) => deliveries.get(a, name) === deliveries.get(b, name),
  );

const isOver = ({ deliveries }: Collected, before: number, row: number): boolean =>
  deliveries.get(before, 'over') === 1 ||
  deliveries.get(before, 'ackStart') <= deliveries.get(row, 'end') ||
  deliveries.get(before, 'until') <= deliveries.get(row, 'at');
