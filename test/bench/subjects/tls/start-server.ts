import { execFileSync, fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A server of prepared answers, in another process. */
export interface TlsServer extends Disposable {
  readonly endpoint: string;
  /** The environment in which a process trusts it. */
  readonly environment: Readonly<Record<string, string>>;
}

/** @param further attributes in each item, as libraries store them beside the model's own. */
export async function startTlsServer(further: object = {}): Promise<TlsServer> {
  const folder = mkdtempSync(join(tmpdir(), 'tabletheory-bench-'));
  const [key, certificate] = selfSigned(folder);
  const server = fork(join(import.meta.dirname, 'server.ts'), [key, certificate, JSON.stringify(further)], {
    execArgv: ['--disable-warning=ExperimentalWarning'],
  });
  const [port] = (await once(server, 'message')) as [number];
  return {
    endpoint: `https://localhost:${port}`,
    environment: { NODE_EXTRA_CA_CERTS: certificate },
    [Symbol.dispose]: () => {
      server.kill();
      rmSync(folder, { recursive: true });
    },
  };
}

/** A key of the kind that AWS's endpoints have, and a certificate for this machine. */
function selfSigned(folder: string): [key: string, certificate: string] {
  const key = join(folder, 'key.pem');
  const certificate = join(folder, 'certificate.pem');
  const names = ['-subj', '/CN=localhost', '-addext', 'subjectAltName=DNS:localhost,IP:127.0.0.1'];
  const files = ['-nodes', '-keyout', key, '-out', certificate];
  try {
    execFileSync('openssl', ['req', '-x509', '-newkey', 'rsa:2048', '-days', '2', ...names, ...files], {
      stdio: ['ignore', 'ignore', 'pipe'],
    });
  } catch (error) {
    throw new Error('The TLS benchmarks need the command openssl, to make a certificate.', { cause: error });
  }
  return [key, certificate];
}
