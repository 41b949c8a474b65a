import type { Server, World } from './world';

/** Two states with one key are one state. 53 bits: two of a million states share one in 1 of 10,000 runs. */
export function keyOf(world: World): number {
  const { head, told } = world;
  const parts: unknown[] = [
    ...['H', head.epoch, head.claimedTo, head.floor, head.raisedBy],
    ...head.rewinds.map(({ epoch, last }) => `${epoch}:${last}`),
    ...head.segments.map(({ status, lastAdded }) => `${status}${lastAdded}`),
    'L',
    ...world.log.map(({ number }) => number),
  ];
  for (const server of world.servers) parts.push('S', server && textOf(server));
  parts.push('R', world.replica && textOf(world.replica), world.identities);
  for (const { id, server, epoch, forgets, batches, commands } of world.nodes) {
    parts.push('N', id, server, epoch, forgets, batches.length);
    for (const command of commands) parts.push(Object.values(command).join());
  }
  for (const job of world.jobs) {
    const { segments, rows, ...rest } = job;
    parts.push('J', Object.values(rest).join(), rows.map(({ number }) => number).join());
    parts.push(segments?.map(({ status, lastAdded }) => `${status}${lastAdded}`).join());
  }
  for (const rows of world.late) parts.push('U', rows.map(({ number }) => number).join());
  parts.push('X', world.expired.join(), world.waitedFor, world.left.join());
  parts.push(world.faultsLeft, world.expiriesLeft, told.added.join(), told.acked.join());
  for (const { worker, index, lease, acks } of told.given) parts.push(worker, index, lease, acks);
  parts.push(told.rewound.join(), told.completed.join(), told.dropped);
  return hash(parts.join(';'));
}

function textOf({ identity, queue }: Server): string {
  if (!queue) return String(identity);
  const { leases, ...rest } = queue;
  const held = leases.map(({ worker, index, lease }) => `${worker}:${index}:${lease}`).join();
  return `${identity}/${Object.values(rest).join('/')}/${held}`;
}

function hash(text: string): number {
  let a = 0x811c9dc5;
  let b = 0x9747b28c;
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    a = Math.imul(a ^ code, 0x01000193);
    b = Math.imul(b ^ code, 0x5bd1e995);
    b ^= b >>> 13;
  }
  a ^= a >>> 15;
  return (a >>> 0) * 2 ** 21 + ((b >>> 0) & 0x1fffff);
}
