import { paintFor } from '../../../src/cli/paint';

const TERMINAL = { isTTY: true };
const PIPE = {};

test.each([
  ['a terminal', TERMINAL, {}, true],
  ['a pipe', PIPE, {}, false],
  ['a terminal with NO_COLOR', TERMINAL, { NO_COLOR: '1' }, false],
  ['a terminal with an empty NO_COLOR', TERMINAL, { NO_COLOR: '' }, true],
  ['a terminal that is dumb', TERMINAL, { TERM: 'dumb' }, false],
  ['a pipe with FORCE_COLOR', PIPE, { FORCE_COLOR: '1' }, true],
  ['a pipe with an empty FORCE_COLOR', PIPE, { FORCE_COLOR: '' }, true],
  ['a terminal with FORCE_COLOR=0', TERMINAL, { FORCE_COLOR: '0' }, false],
  ['a pipe with both', PIPE, { FORCE_COLOR: '1', NO_COLOR: '1' }, true],
])('%s: whether there are colours', (_, stream, env, isColoured) => {
  const text = paintFor(stream, env)('red', 'wrong');
  expect(text).toBe(isColoured ? '\u001b[31mwrong\u001b[0m' : 'wrong');
});
