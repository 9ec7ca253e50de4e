import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';

// A program that starts an engine and a function, tells their processes' ids, and stays.
const PROGRAM = `
const [engineModule, functionModule, file, ending] = process.argv.slice(2);
const { startEngine } = await import(engineModule);
const { startFunction } = await import(functionModule);
delete process.env.AWS_ENDPOINT_URL_DYNAMODB;
const engine = await startEngine();
const fn = await startFunction({ file, timeout: 60, initTimeout: 30 });
const { payload } = await fn.invoke({});
void fn.invoke({ stay: true }).catch(() => {});
console.log(JSON.stringify({ endpoint: engine.endpoint, pid: payload }));
if (ending === 'exit') process.exit(0);
if (ending === 'throw') throw new Error('the program failed');
`;
const HANDLER = `export const handler = async ({ stay }) => {
  if (stay) for (;;);
  return process.pid;
};`;

let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'child-'));
  await writeFile(join(folder, 'program.mjs'), PROGRAM);
  await writeFile(join(folder, 'handler.mjs'), HANDLER);
});

afterAll(() => rm(folder, { recursive: true }));

function run(ending: string): ChildProcess {
  const modules = ['./engine.ts', './function.ts'].map((file) => new URL(file, import.meta.url).href);
  const args = [join(folder, 'program.mjs'), ...modules, join(folder, 'handler.mjs'), ending];
  return spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'ignore'] });
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
  } catch {
    return false;
  }
  // In a container nobody may collect the dead whose parent is dead too.
  const status = `/proc/${pid}/stat`;
  return !existsSync(status) || !readFileSync(status, 'utf8').includes(') Z ');
}

function answers(endpoint: string): Promise<boolean> {
  return fetch(endpoint, { signal: AbortSignal.timeout(1000) }).then(
    () => true,
    () => false,
  );
}

test.each(['exit', 'throw', 'SIGINT', 'SIGTERM', 'SIGHUP', 'SIGKILL'])(
  'no child outlives a program that ends by %s',
  async (ending) => {
    const program = run(ending);
    const ended = new Promise((resolve) => program.once('exit', resolve));
    const line = await new Promise<string>((resolve) => {
      program.stdout?.setEncoding('utf8').once('data', resolve);
    });
    const { endpoint, pid } = JSON.parse(line) as { endpoint: string; pid: number };
    expect(pid).toBeGreaterThan(0);
    if (ending.startsWith('SIG')) program.kill(ending as NodeJS.Signals);
    await ended;
    while (isRunning(pid) || (await answers(endpoint))) await wait(20);
  },
);
