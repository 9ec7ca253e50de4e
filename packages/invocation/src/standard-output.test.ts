import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';

const run = promisify(execFile);
const file = JSON.stringify(new URL('./standard-output.ts', import.meta.url).href);

/** What a process has written that is killed right after. */
const output = async (script: string): Promise<string> => {
  const source = `import { writeLine, writeTogether } from ${file}; ${script}; process.kill(process.pid, 'SIGKILL');`;
  const options = { maxBuffer: 2 ** 26, env: { ...process.env, NODE_NO_WARNINGS: '1' } };
  const killed = await run(process.execPath, ['--input-type=module', '-e', source], options).catch((error) => error);
  expect(killed.signal).toBe('SIGKILL');
  return killed.stdout;
};

it('has written a line when it returns', async () => {
  expect(await output(`writeLine('{"ä":1}\\n')`)).toBe('{"ä":1}\n');
});

it('writes everything also to a pipe that is full and does not block', async () => {
  const written = await output(
    `process.stdout.write(''); for (let i = 0; i < 40; i++) writeLine('x'.repeat(2 ** 17) + '\\n')`,
  );
  expect(written).toHaveLength(40 * (2 ** 17 + 1));
});

it('writes the lines of one moment together, also where it fails half-way', async () => {
  const written = await output(
    `writeTogether(() => { writeLine('1\\n'); writeTogether(() => writeLine('2\\n')); });
     try { writeTogether(() => { writeLine('3\\n'); throw new Error(); }); } catch {}
     writeTogether(() => {});
     writeLine('4\\n')`,
  );
  expect(written).toBe('1\n2\n3\n4\n');
});
