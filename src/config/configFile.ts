import * as E from 'fp-ts/Either';
import { nearestName } from '../service/params/nearestName';
import { textOfFile } from './codecs';

/** What a file gives, by the key of the setting, and what is wrong with it. */
export interface ConfigFile {
  readonly values: ReadonlyMap<string, unknown>;
  readonly mistakes: readonly string[];
}

/** JSON, each setting at its path: `{ "redis": { "url": "redis://..." } }`. */
export function readConfigFile(path: string, keys: readonly string[]): ConfigFile {
  const read = E.flatMap(textOfFile(path), parse);
  if (E.isLeft(read)) {
    return { values: new Map(), mistakes: [`The configuration file ${path} ${read.left}`] };
  }
  const values = new Map<string, unknown>();
  const mistakes: string[] = [];
  const walk = (object: object, above: string): void => {
    for (const [name, value] of Object.entries(object)) {
      const key = above + name;
      if (keys.includes(key)) values.set(key, value);
      else if (isObject(value) && keys.some((known) => known.startsWith(`${key}.`)))
        walk(value, `${key}.`);
      else mistakes.push(`${path} has ${key}, which is no setting.${hint(key, above, keys)}`);
    }
  };
  walk(read.right, '');
  return { values, mistakes };
}

function parse(text: string): E.Either<string, object> {
  try {
    const json: unknown = JSON.parse(text);
    return isObject(json) ? E.right(json) : E.left('must be a JSON object');
  } catch (error) {
    // The message repeats a part of the text, which may be a password.
    const [place = ''] = /\(line \d+ column \d+\)/.exec((error as Error).message) ?? [];
    return E.left(`is not JSON ${place}`.trim());
  }
}

const isObject = (value: unknown): value is object =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

function hint(key: string, above: string, keys: readonly string[]): string {
  const beside = keys
    .filter((known) => known.startsWith(above))
    .map((known) => above + String(known.slice(above.length).split('.')[0]));
  const nearest = nearestName(key, beside) ?? nearestName(key, keys);
  return nearest === undefined ? '' : ` Did you mean ${nearest}?`;
}
