import { progressBar } from '../../../src/cli/progressBar';

test.each([
  ['on a terminal it writes over what it wrote last', true, '\r\u001b[Khalf\r\u001b[K'],
  ['elsewhere it writes nothing', false, ''],
  ['in a pipe, which does not say what it is, it writes nothing', undefined, ''],
])('%s', (_, isTTY, expected) => {
  let written = '';
  const stream = { write: (text: string) => (written += text) };
  const bar = progressBar(isTTY === undefined ? stream : { ...stream, isTTY });
  bar('half');
  bar('');
  expect(written).toBe(expected);
});
