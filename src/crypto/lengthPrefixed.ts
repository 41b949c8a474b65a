/**
 * Several strings and numbers as bytes that no other list of parts gives: each part has its length in
 * front. UTF-16, because UTF-8 writes every lone surrogate alike, and two ids must never be one.
 */
export function lengthPrefixed(parts: readonly (string | number)[]): Buffer {
  let text = '';
  for (const part of parts) {
    const written = String(part);
    text += `${written.length}:${written}`;
  }
  return Buffer.from(text, 'utf16le');
}
