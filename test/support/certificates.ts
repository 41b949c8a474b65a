import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** Paths of PEM files. */
export interface Certificate {
  readonly cert: string;
  readonly key: string;
}

/** An authority of this test alone, made by openssl in a folder. */
export class Authority implements Certificate {
  readonly cert: string;
  readonly key: string;

  constructor(private readonly folder: string) {
    this.cert = join(folder, 'ca.pem');
    this.key = join(folder, 'ca.key');
    openssl(
      'req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=test-ca',
      ...['-keyout', this.key, '-out', this.cert],
    );
  }

  /** A certificate for a server at these addresses, or for a client. */
  issue(name: string, ips: readonly string[] = []): Certificate {
    const [cert, key, request, extensions] = ['pem', 'key', 'csr', 'ext'].map((end) =>
      join(this.folder, `${name}.${end}`),
    ) as [string, string, string, string];
    openssl(`req -newkey rsa:2048 -nodes -subj /CN=${name}`, ...['-keyout', key, '-out', request]);
    const names = ['DNS:localhost', ...ips.map((ip) => `IP:${ip}`)];
    writeFileSync(extensions, `subjectAltName=${names.join()}\n`);
    openssl(
      'x509 -req -days 2 -CAcreateserial',
      ...['-in', request, '-CA', this.cert, '-CAkey', this.key],
      ...['-extfile', extensions, '-out', cert],
    );
    return { cert, key };
  }
}

const openssl = (words: string, ...paths: string[]): void => {
  execFileSync('openssl', [...words.split(' '), ...paths], { stdio: 'ignore' });
};
