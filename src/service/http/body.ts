import type { IncomingMessage } from 'node:http';
import { hintOf } from './hints';
import { malformed, Problem } from './problem';

/** The JSON object in the body of a POST; {} without a body. At most `bytesMax` bytes are kept. */
export async function readJsonObject(
  req: IncomingMessage,
  bytesMax: number,
): Promise<Record<string, unknown>> {
  if (req.method !== 'POST' || !hasBody(req)) return {};
  refuseOtherThanJson(req);
  return parse(await readBytes(req, bytesMax));
}

const hasBody = ({ headers }: IncomingMessage): boolean =>
  headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) > 0;

function refuseOtherThanJson({ headers }: IncomingMessage): void {
  const type = headers['content-type'] ?? '';
  const encoding = headers['content-encoding'] ?? 'identity';
  if (encoding === 'identity' && /^application\/json\s*(;\s*charset="?utf-8"?\s*)?$/i.test(type))
    return;
  throw new Problem(
    'UnsupportedMediaType',
    'The body must be JSON in UTF-8, not compressed',
    hintOf('UnsupportedMediaType'),
  );
}

function readBytes(req: IncomingMessage, bytesMax: number): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    if (Number(req.headers['content-length'] ?? 0) > bytesMax) {
      reject(tooLarge(bytesMax));
      return;
    }
    const chunks: Buffer[] = [];
    let bytes = 0;
    const take = (chunk: Buffer): void => {
      bytes += chunk.length;
      chunks.push(chunk);
      if (bytes <= bytesMax) return;
      // Node discards the rest once the answer is out, so that the client gets to read it.
      req.off('data', take);
      chunks.length = 0;
      reject(tooLarge(bytesMax));
    };
    req
      .on('data', take)
      .on('end', () => resolve(Buffer.concat(chunks)))
      // It comes after each error, but also after the end.
      .on('close', () => {
        if (!req.readableEnded) reject(malformed('The body ended early', 'Send it whole.'));
      });
  });
}

const tooLarge = (bytesMax: number): Problem =>
  new Problem('BodyTooLarge', `The body has more than ${bytesMax} bytes`, hintOf('BodyTooLarge'));

const UTF8 = new TextDecoder('utf-8', { fatal: true });

function parse(bytes: Buffer): Record<string, unknown> {
  const hint = 'Send a JSON object in UTF-8, for example {"value": 1}.';
  let json: unknown;
  try {
    json = JSON.parse(UTF8.decode(bytes));
  } catch (error) {
    throw malformed(`The body is not JSON: ${(error as Error).message.slice(0, 200)}`, hint);
  }
  if (typeof json !== 'object' || json === null || Array.isArray(json)) {
    throw malformed('The body is not a JSON object', hint);
  }
  return json as Record<string, unknown>;
}
