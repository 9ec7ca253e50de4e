import { spawn } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

/** How the build runs a function, to see what it does when it starts. */
export interface RunOptions {
  /** The environment variables the function reads when it starts. */
  readonly environment?: Readonly<Record<string, string>> | undefined;
  /** The Node program. Default: the one that runs the build. */
  readonly node?: string | undefined;
  /** Flags for Node. */
  readonly flags?: readonly string[] | undefined;
}

/** Milliseconds; Lambda gives a function 10 seconds to start. */
const TIMEOUT = 30_000;

/**
 * Runs a script in a process of its own, as Lambda would run the function: with its variables and none of this
 * process's. Whatever it sends to AWS goes nowhere.
 *
 * @param script the body of a module. It finds the addresses of `files` in `files` and calls `answer(value)` once.
 * @throws Error with what the process wrote when it ends without an answer.
 */
export async function runWith<T>(files: readonly string[], script: string, options: RunOptions = {}): Promise<T> {
  const folder = await mkdtemp(join(tmpdir(), 'tabletheory-esbuild-'));
  const answerFile = join(folder, 'answer.json');
  const source = `
const files = ${JSON.stringify(files.map((file) => pathToFileURL(file).href))};
const answer = (value) => {
  process.getBuiltinModule('node:fs').writeFileSync(${JSON.stringify(answerFile)}, JSON.stringify(value));
  process.exit(0);
};
${script}`;
  try {
    const written = await run(options, source);
    const answer = await readFile(answerFile, 'utf8').catch(() => {
      throw new Error(written.trim() || 'its process ended without an error');
    });
    return JSON.parse(answer) as T;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** Resolves when the process has ended, with what it wrote. */
function run({ node = process.execPath, flags = [], environment }: RunOptions, source: string): Promise<string> {
  const { promise, resolve, reject } = Promise.withResolvers<string>();
  const child = spawn(node, [...flags, '--input-type=module', '--eval', source], {
    env: { ...functionVariables(), ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
    timeout: TIMEOUT,
  });
  let written = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => {
      written += text;
    });
  }
  child.once('error', reject);
  child.once('close', (_code, signal) => {
    resolve(signal === 'SIGTERM' ? `${written}\nIt did not start within ${TIMEOUT / 1000} seconds.` : written);
  });
  return promise;
}

/** @see https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars.html#configuration-envvars-runtime */
function functionVariables(): Record<string, string> {
  return {
    PATH: process.env.PATH ?? '',
    AWS_REGION: 'us-east-1',
    AWS_DEFAULT_REGION: 'us-east-1',
    AWS_ACCESS_KEY_ID: 'build',
    AWS_SECRET_ACCESS_KEY: 'build',
    AWS_SESSION_TOKEN: 'build',
    AWS_LAMBDA_FUNCTION_NAME: 'build',
    AWS_LAMBDA_FUNCTION_VERSION: '$LATEST',
    AWS_LAMBDA_FUNCTION_MEMORY_SIZE: '512',
    AWS_LAMBDA_INITIALIZATION_TYPE: 'on-demand',
    AWS_EC2_METADATA_DISABLED: 'true',
    // Nothing listens there.
    AWS_ENDPOINT_URL: 'https://127.0.0.1:9',
  };
}
