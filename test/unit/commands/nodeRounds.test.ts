import { operate } from '../../../src/commands/effects';
import { NodeRounds } from '../../../src/commands/rounds/nodeRounds';
import { DEFAULTS } from '../../../src/commands/settings';
import type { Ports } from '../../../src/commands/settings';
import { QUEUE, World } from '../../support/world';

const HOUR_MS = 60 * 60 * 1000;

let world: World;
let rounds: NodeRounds;
beforeEach(() => {
  world = new World();
  world.node((ports: Ports) => {
    rounds = new NodeRounds(ports, DEFAULTS);
    return ports;
  });
});
afterEach(() => world.dispose());

test('a queue is touched for an hour after the last call of a user', () => {
  rounds.touch(QUEUE);
  world.advance(HOUR_MS);
  expect(rounds.touched()).toEqual([QUEUE]);
  rounds.touch(QUEUE);
  world.advance(HOUR_MS + 1);
  expect(rounds.touched()).toEqual([]);
});

test('a background job keeps no queue touched', async () => {
  rounds.touch(QUEUE);
  world.advance(HOUR_MS + 1);
  await rounds.of(QUEUE).submit(operate({ do: 'expired', max: 1 }));
  for (let i = 0; i < 5; i++) await new Promise((resolve) => setImmediate(resolve)); // the round ends
  expect(rounds.touched()).toEqual([]);
});

test('an engine with commands under way is not forgotten', async () => {
  const asking = rounds.of(QUEUE).submit(operate({ do: 'expired', max: 1 }));
  expect(rounds.touched()).toEqual([QUEUE]);
  await asking;
});
