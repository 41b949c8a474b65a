import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Finding } from './finding';
import { ok, wrong } from './finding';

interface Package {
  readonly version: string;
  readonly engines: { readonly node: string };
}

/** This package and the Node it runs on. */
export function versions(node = process.versions.node): Finding {
  const text = readFileSync(join(__dirname, '../../../package.json'), 'utf8');
  const { version, engines } = JSON.parse(text) as Package;
  const found = `imicros-flow-worker ${version} on Node ${node}`;
  const least = Number(/\d+/.exec(engines.node)?.[0]);
  return Number.parseInt(node, 10) >= least
    ? ok('versions', found)
    : wrong('versions', found, `Run it with Node ${String(least)} or newer.`);
}
