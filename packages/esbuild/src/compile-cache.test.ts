import { chmod, cp, readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { startFunction } from '@tabletheory/local';
import { describe, expect, it } from 'vitest';
import { runWith } from './run-bundle.ts';
import { bundle, testFolder } from './test-function.ts';

const source = `
export const handler = async (event) => ({ event, compileCache: process.getBuiltinModule('module').getCompileCacheDir() });
export default 'the default export';`;

const uid = process.getuid?.() ?? 0;
const compileCache = { uids: [993, uid] };

/** Whether Node takes the function's code from the cache, as it says itself. */
async function isTaken(file: string, flags: readonly string[] = []): Promise<boolean> {
  const debugged = runWith([file], 'await import(files[0]);\nprocess.exit(1);', {
    environment: { NODE_DEBUG_NATIVE: 'COMPILE_CACHE' },
    flags,
  });
  return debugged.then(
    () => false,
    ({ message }: Error) => /handler\.bundle\.mjs was accepted/.test(message),
  );
}

const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
const canBeMoved = major > 24 || (major === 24 && minor >= 12);

it.skipIf(canBeMoved)('the compile cache needs a later Node', async () => {
  await expect(bundle(source, { compileCache })).rejects.toThrow('takes 24.12 or newer');
});

describe.skipIf(!canBeMoved)('the compile cache', () => {
  it('is made for each user, readable for all, with the bundle beside it', async () => {
    const { file, files } = await bundle(source, { compileCache });
    const folder = file.replace('handler.mjs', 'handler.cache');
    const users = (await readdir(folder)).map((each) => Number(each.split('-').at(-1)));
    expect(new Set(users)).toEqual(new Set([993, uid]));
    for (const each of await readdir(folder)) {
      const [cached] = await readdir(join(folder, each));
      expect((await stat(join(folder, each, cached!))).mode & 0o777).toBe(0o644);
    }
    expect(files.map(({ path }) => path)).toEqual([file.replace('handler.mjs', 'handler.bundle.mjs')]);
    const exported = await runWith([file], 'answer({ ...await import(files[0]) });');
    expect(exported).toMatchObject({ default: 'the default export' });
  });

  it('is used from a read-only folder at another place, with and without --expose-gc', async () => {
    const { file } = await bundle(source, { compileCache });
    const moved = await testFolder();
    await cp(join(file, '..'), moved, { recursive: true });
    const everything = (await readdir(moved, { recursive: true })).map((each) => join(moved, each));
    const makeAll = async (file: number, folder: number) => {
      for (const each of [moved, ...everything]) await chmod(each, (await stat(each)).isDirectory() ? folder : file);
    };
    await makeAll(0o444, 0o555);
    const before = await readdir(moved, { recursive: true });
    expect(await isTaken(join(moved, 'handler.mjs'))).toBe(true);
    expect(await isTaken(join(moved, 'handler.mjs'), ['--expose-gc'])).toBe(true);
    expect(await readdir(moved, { recursive: true })).toEqual(before);
    await makeAll(0o644, 0o755);
  });

  it('that does not fit is ignored: other flags, changed code', async () => {
    const { file } = await bundle(source, { compileCache });
    expect(await isTaken(file)).toBe(true);
    expect(await isTaken(file, ['--no-opt'])).toBe(false);
    const code = file.replace('handler.mjs', 'handler.bundle.mjs');
    await writeFile(code, `${await readFile(code, 'utf8')}\n// changed`);
    expect(await isTaken(file)).toBe(false);
    expect(await runWith([file], 'answer(typeof (await import(files[0])).handler);')).toBe('function');
  });

  it('is switched on in a function', async () => {
    const { file } = await bundle(source, { compileCache });
    await using local = await startFunction({ file });
    const { payload } = await local.invoke({ orderId: 'o-1' });
    expect(payload).toEqual({ event: { orderId: 'o-1' }, compileCache: expect.stringContaining('handler.cache') });
  });

  it('needs a function that starts', async () => {
    const failing = bundle(`throw new Error('SECRET is not set');`, { compileCache });
    await expect(failing).rejects.toThrow('SECRET is not set');
  });
});
