import { type ChildProcessByStdio, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import type { Readable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import { afterEach, expect, test } from 'vitest';
import type { Report } from './report.ts';

// The built application, in processes of its own. They lead a process group each, which shows what they leave behind.
type Script = ChildProcessByStdio<null, Readable, Readable>;

const started: Script[] = [];

afterEach(() => {
  for (const { pid } of started.splice(0)) if (groupRuns(pid!)) process.kill(-pid!, 'SIGKILL');
});

function start(name: string, args: readonly string[] = [], environment: Record<string, string> = {}) {
  const script = spawn(process.execPath, [fileURLToPath(new URL(name, import.meta.url)), ...args], {
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, ...environment },
  });
  started.push(script);
  const output = { stdout: '', stderr: '' };
  script.stdout.setEncoding('utf8').on('data', (text) => {
    output.stdout += text;
  });
  script.stderr.setEncoding('utf8').on('data', (text) => {
    output.stderr += text;
  });
  return { script, output };
}

async function exitCode(script: Script): Promise<number | null> {
  const [code] = await once(script, 'close');
  return code;
}

/** Whether a process of the group runs. In a container nobody may collect the dead whose parent is dead too. */
function groupRuns(group: number): boolean {
  if (existsSync('/proc/self/stat')) {
    return readdirSync('/proc').some((name) => {
      const [state, , itsGroup] = processFields(name);
      return itsGroup === String(group) && state !== 'Z';
    });
  }
  try {
    return process.kill(-group, 0);
  } catch {
    return false;
  }
}

/** State, parent, group and more of a process; see proc_pid_stat(5). The name before them may hold anything. */
function processFields(pid: string): string[] {
  try {
    const line = readFileSync(`/proc/${pid}/stat`, 'utf8');
    return line.slice(line.lastIndexOf(')') + 2).split(' ');
  } catch {
    return []; // Not a process, or one that has just ended.
  }
}

test('the demo meets its expectations and leaves no process behind', { timeout: 60_000 }, async () => {
  const { script, output } = start('main.ts', ['--json']);
  expect(await exitCode(script), output.stderr + output.stdout).toBe(0);
  const { summary, requests } = JSON.parse(output.stdout.trimEnd().split('\n').at(-1)!) as Report;
  expect(summary.failures).toEqual([]);
  expect(summary.requests).toBe(requests.length);
  expect(summary.peakMemoryMB).toBeGreaterThan(0);
  expect(summary.coldStartMs).toBeGreaterThan(0);
  // Each request has a segment of its own and one for every table operation.
  expect(requests.every(({ segments, capacity = 0 }) => segments > (capacity > 0 ? 1 : 0))).toBe(true);
  await expect.poll(() => groupRuns(script.pid!), { timeout: 10_000 }).toBe(false);
});

test('an unknown argument is an error', async () => {
  const { script, output } = start('main.ts', ['--jsno']);
  expect(await exitCode(script)).toBe(1);
  expect(output.stderr).toContain('--jsno');
});

test('Ctrl-C stops the development server and all it has started', { timeout: 60_000 }, async () => {
  const { script, output } = start('dev.ts', [], { PORT: '0' });
  const closed = exitCode(script);
  await expect.poll(() => output.stdout, { timeout: 30_000 }).toContain('Ctrl-C stops it');
  const url = /http:\S+:\d+/.exec(output.stdout)![0];
  expect((await fetch(`${url}/orders?status=open`)).status).toBe(200);
  await expect.poll(() => output.stdout).toContain('"message":"request"');

  const second = start('dev.ts', [], { PORT: new URL(url).port });
  expect(await exitCode(second.script)).toBe(1);
  expect(second.output.stderr).toContain(`Port ${new URL(url).port} on 127.0.0.1 is in use`);

  script.kill('SIGINT');
  expect(await closed).toBe(130);
  await expect.poll(() => groupRuns(script.pid!), { timeout: 10_000 }).toBe(false);
});
