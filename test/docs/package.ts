import { execFile } from 'node:child_process';
import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { ROOT } from './markdown';

const run = promisify(execFile);

/** Builds the package if its sources have changed, and makes a project that has it installed. */
export async function projectWithPackage(folder: string): Promise<void> {
  await run(process.execPath, [join('tools', 'build.mjs')], { cwd: ROOT });
  mkdirSync(join(folder, 'node_modules'), { recursive: true });
  symlinkSync(ROOT, join(folder, 'node_modules', 'imicros-flow-worker'));
  symlinkSync(join(ROOT, 'node_modules', 'moleculer'), join(folder, 'node_modules', 'moleculer'));
}

/** Compiles a TypeScript module against the types of the package; answers the path of the JavaScript. */
export async function compile(folder: string, code: string): Promise<string> {
  writeFileSync(join(folder, 'example.mts'), code);
  const compilerOptions = {
    module: 'NodeNext',
    target: 'ES2023',
    strict: true,
    skipLibCheck: true,
    types: ['node'],
    typeRoots: [join(ROOT, 'node_modules', '@types')],
  };
  const config = { compilerOptions, files: ['example.mts'] };
  writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify(config));
  const tsc = join(ROOT, 'node_modules', 'typescript', 'bin', 'tsc');
  try {
    await run(process.execPath, [tsc, '-p', folder]);
  } catch (error) {
    throw new Error(`the example does not compile: ${(error as { stdout: string }).stdout}`);
  }
  return join(folder, 'example.mjs');
}

/** What the `console.log` lines of an example say they print. */
export const statedOutput = (code: string): string[] =>
  [...code.matchAll(/console\.log\(.*\/\/ (.+)$/gm)].map(([, text]) => text!);
