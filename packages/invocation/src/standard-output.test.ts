import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { writeLine, writeTogether } from './standard-output.ts';

/** What takes the place of the file system in this process, but in none that is started. */
const fake = vi.hoisted(() => ({ written: [] as string[], take: (bytes: number): number => bytes }));

vi.mock('node:fs', () => ({
  writeSync(descriptor: number, data: string | Uint8Array, offset = 0) {
    const bytes = Buffer.from(data as Uint8Array).subarray(offset);
    const taken = fake.take(bytes.length);
    fake.written.push(`${descriptor}:${bytes.subarray(0, taken)}`);
    return taken;
  },
}));

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

describe('a line', () => {
  beforeEach(() => {
    fake.written.length = 0;
    fake.take = (bytes) => bytes;
  });

  const failing = (code: string, times: number) => {
    let failed = 0;
    return (bytes: number): number => {
      if (failed++ < times) throw Object.assign(new Error(code), { code });
      return bytes;
    };
  };

  it('is written at once, to standard output', () => {
    writeLine('ä\n');
    writeLine('b\n');
    expect(fake.written).toEqual(['1:ä\n', '1:b\n']);
  });

  it('is written to its end where only a part of it is taken, also in the midst of a character', () => {
    let part = 0;
    fake.take = (bytes) => Math.min(bytes, [2, 0, 1, 2][part++] ?? bytes);
    writeLine('aä€bc\n');
    const bytes = Buffer.from('aä€bc\n');
    expect(fake.written).toEqual(
      [bytes.subarray(0, 2), '', bytes.subarray(2, 3), bytes.subarray(3, 5), bytes.subarray(5)].map(
        (one) => `1:${one}`,
      ),
    );
  });

  it('waits for the reader of a full pipe, a moment at a time', () => {
    fake.take = failing('EAGAIN', 3);
    const startedAt = performance.now();
    writeLine('a\n');
    expect(fake.written).toEqual(['1:a\n']);
    expect(performance.now() - startedAt).toBeGreaterThan(2.5);
  });

  it('that cannot be written is told', () => {
    fake.take = failing('EPIPE', 1);
    expect(() => writeLine('a\n')).toThrow('EPIPE');
    writeLine('b\n');
    expect(fake.written).toEqual(['1:b\n']);
  });

  it('is written together with the others of its moment, once the outermost has ended', () => {
    writeTogether(() => {
      writeLine('1\n');
      writeTogether(() => {
        writeLine('2\n');
      });
      expect(fake.written).toEqual([]);
      writeLine('3\n');
    });
    writeLine('4\n');
    expect(fake.written).toEqual(['1:1\n2\n3\n', '1:4\n']);
  });

  it('is written all the same where what follows it fails', () => {
    const fail = (): void => {
      writeLine('1\n');
      throw new Error('failed');
    };
    expect(() => writeTogether(fail)).toThrow('failed');
    expect(fake.written).toEqual(['1:1\n']);
    writeLine('2\n');
    expect(fake.written).toEqual(['1:1\n', '1:2\n']);
  });

  it('is none where none is written', () => {
    writeTogether(() => {});
    expect(fake.written).toEqual([]);
  });
});
