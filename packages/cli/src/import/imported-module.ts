import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Models } from '@tabletheory/core';
import { type Compiled, typeCheck } from '../../../../test/support/type-check.ts';

/** For tests: the source of models as a file, to be loaded and compiled as a user's is. */
export interface ImportedModule extends AsyncDisposable {
  /** The folder it is in, which is gone in the end. */
  readonly folder: string;
  readonly file: string;
  load(): Promise<{ readonly models: Models }>;
  typeCheck(): Promise<Compiled>;
}

/** Writes a source to a folder in the repository, so that packages are found, that git does not see. */
export async function importedModule(source: string): Promise<ImportedModule> {
  const parent = join(import.meta.dirname, '../../../../test/dist');
  await mkdir(parent, { recursive: true });
  const folder = await mkdtemp(join(parent, 'imported-'));
  const file = join(folder, 'models.ts');
  const config = { extends: '../../../tsconfig.json', include: ['*.ts'], exclude: [] };
  await writeFile(join(folder, 'tsconfig.json'), JSON.stringify(config));
  await writeFile(file, source);
  return {
    folder,
    file,
    load: () => import(pathToFileURL(file).href),
    typeCheck: () => typeCheck(folder),
    [Symbol.asyncDispose]: () => rm(folder, { recursive: true, force: true }),
  };
}
