import { join } from 'node:path';
import { openKeyring } from '../crypto';
import { openSqliteLog } from '../log/sqlite';
import { openMemoryProjection } from '../projections/memory';
import type { ComposeOptions, Composition } from './compose';
import { askedFor, compose } from './compose';
import { keepingOf } from './keeping';

export interface EmbeddedOptions extends ComposeOptions {
  /** Folder of the embedded log and of the keyring. */
  readonly dataDir: string;
}

/**
 * The queue on one machine without servers: SQLite log, projection in this process. Rejects with
 * DataFolderInUse and its kin of src/log/sqlite.
 */
export async function composeEmbedded(options: EmbeddedOptions): Promise<Composition> {
  const { dataDir, keys, limits } = options;
  const keeping = keepingOf(options); // before anything is opened: a key can be wrong
  const source =
    keys === 'keyring' ? openKeyring(join(dataDir, 'keyring.json')) : askedFor(keys, options);
  return compose(openSqliteLog({ dataDir }), openMemoryProjection(), source, limits, keeping);
}
