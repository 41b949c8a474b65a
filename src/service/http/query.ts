import { malformed } from './problem';

/** A request target as its path and its query parameters. Each name may stand once. */
export function parseTarget(target: string): { url: string; query: Record<string, string> } {
  const mark = target.indexOf('?');
  if (mark === -1) return { url: target, query: {} };
  const query = new Map<string, string>();
  for (const part of target.slice(mark + 1).split('&')) {
    if (part === '') continue;
    const equals = part.indexOf('=');
    const name = decode(equals === -1 ? part : part.slice(0, equals));
    if (query.has(name))
      throw malformed(`'${name.slice(0, 64)}' stands twice in the query`, 'Give each name once.');
    query.set(name, decode(equals === -1 ? '' : part.slice(equals + 1)));
  }
  return { url: target.slice(0, mark), query: Object.fromEntries(query) };
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text.replaceAll('+', ' '));
  } catch {
    throw malformed(
      'The query is not percent-encoded UTF-8',
      'Encode names and values, for example with encodeURIComponent.',
    );
  }
}
