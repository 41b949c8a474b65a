import { stat } from 'node:fs/promises';
import type { Finding } from './finding';
import { ok, warning, wrong } from './finding';

const OTHERS_WRITE = 0o022;
const OTHERS = 0o077;

/** Who may read and write what only one user should; none where the system has no such rights. */
export async function rightsFindings(
  check: string,
  path: string,
  wanted: '600' | '700',
): Promise<readonly Finding[]> {
  if (process.platform === 'win32') return [];
  const mode = (await stat(path)).mode & 0o777;
  const found = `${path} has mode ${mode.toString(8)}`;
  const toDo = `Run: chmod ${wanted} ${path}`;
  if ((mode & OTHERS_WRITE) !== 0) return [wrong(check, `${found}: others may change it`, toDo)];
  if ((mode & OTHERS) !== 0) return [warning(check, `${found}: others may read it`, toDo)];
  return [ok(check, found)];
}
