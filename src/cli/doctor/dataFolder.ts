import { constants, existsSync } from 'node:fs';
import { access, statfs } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { readKeyring } from '../../compose';
import type { Finding } from './finding';
import { foundBy, ok, warning, wrong } from './finding';
import { rightsFindings } from './files';

const MIB = 1024 * 1024;
const FREE_MIN_MIB = 100;
const FREE_LOW_MIB = 1024;

/** The folder of an embedded queue, whether it runs or not: the log itself is not opened. */
export async function dataFolderFindings(dataDir: string): Promise<readonly Finding[]> {
  const folder = resolve(dataDir);
  const isThere = existsSync(folder);
  const place = isThere ? folder : nearest(folder);
  const findings: Finding[] = [await writable(folder, place, isThere), await space(place)];
  if (!isThere) return findings;
  findings.push(...(await rightsFindings('data.rights', folder, '700')));
  for (const name of ['queue.db', 'demo-credentials.json']) {
    const file = join(folder, name);
    if (existsSync(file)) findings.push(...(await rightsFindings('data.rights', file, '600')));
  }
  return [...findings, ...(await keyring(join(folder, 'keyring.json')))];
}

/** Where a folder would be made. */
const nearest = (folder: string): string => {
  const above = dirname(folder);
  return existsSync(above) ? above : nearest(above);
};

async function writable(folder: string, place: string, isThere: boolean): Promise<Finding> {
  const { R_OK, W_OK, X_OK } = constants;
  const error = await access(place, R_OK | W_OK | X_OK).then(
    () => null,
    (refusal: unknown) => refusal as NodeJS.ErrnoException,
  );
  if (error !== null) {
    return wrong(
      'data',
      `${place} cannot be used by this user (${String(error.code)})`,
      'Let the user of the service read and write it, or set DATA_DIR to another folder.',
    );
  }
  return isThere
    ? ok('data', folder)
    : warning('data', `${folder} is not there`, 'start makes it; set DATA_DIR if it should be.');
}

async function space(place: string): Promise<Finding> {
  const { bavail, bsize } = await statfs(place);
  const freeMib = Math.floor((bavail * bsize) / MIB);
  const found = `${String(freeMib)} MiB free in ${place}`;
  const toDo = 'Free some, set DATA_DIR to a larger disk, or drop history (RETENTION_KEEP_DAYS).';
  if (freeMib < FREE_MIN_MIB) return wrong('data.space', found, toDo);
  return freeMib < FREE_LOW_MIB ? warning('data.space', found, toDo) : ok('data.space', found);
}

/** Read as a start reads it, so that what it refuses is told here. */
const keyring = (file: string): Promise<readonly Finding[]> =>
  foundBy('keys', async () => {
    const owners = await readKeyring(file);
    const count = existsSync(file) ? `keys of ${String(owners.size)} owner(s)` : 'none yet';
    return [ok('keys', `${file}: ${count}`)];
  });
