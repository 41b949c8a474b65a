import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { isReply } from './errors';

const FOLDER = join(__dirname, 'lua');

/** What a script needs of a connection. */
export interface Evaluator {
  evalsha(sha: string, keyCount: number, ...keysAndArgs: (string | number)[]): Promise<unknown>;
  eval(source: string, keyCount: number, ...keysAndArgs: (string | number)[]): Promise<unknown>;
}

/**
 * A file of lua/ and what it includes, each once. The first line makes Redis refuse the script as a
 * whole when it is out of memory, rather than stop it half way; `allow-oom` makes it run nevertheless.
 */
export class Script {
  private readonly source: string;
  private readonly sha: string;

  constructor(name: string, { allowOom = false } = {}) {
    const source = `#!lua${allowOom ? ' flags=allow-oom' : ''}\n${withIncludes(name)}`;
    this.source = source;
    this.sha = createHash('sha1').update(source).digest('hex');
  }

  /** By its hash; a server that does not know it yet, or was flushed, is given the source. */
  async run(
    client: Evaluator,
    keys: readonly string[],
    args: readonly (string | number)[],
  ): Promise<unknown> {
    try {
      return await client.evalsha(this.sha, keys.length, ...keys, ...args);
    } catch (error) {
      if (!isReply(error) || !error.message.startsWith('NOSCRIPT')) throw error;
      return client.eval(this.source, keys.length, ...keys, ...args);
    }
  }
}

const withIncludes = (name: string): string =>
  readFileSync(join(FOLDER, `${name}.lua`), 'utf8').replace(
    /^ *-- @include (\S+)$/gm,
    (_, included: string) => withIncludes(included),
  );
