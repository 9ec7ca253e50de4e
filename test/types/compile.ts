import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type Compiled, typeCheck } from '../support/type-check.ts';

/**
 * Type-checks programs, each a file of the given name, as the repository's own code is. They are written to a folder
 * that git does not see and that is gone afterwards.
 */
export async function compile(programs: Readonly<Record<string, string>>, ...options: string[]): Promise<Compiled> {
  const parent = join(import.meta.dirname, 'dist');
  await mkdir(parent, { recursive: true });
  const folder = await mkdtemp(join(parent, 'programs-'));
  try {
    const config = { extends: '../../../../tsconfig.json', include: ['*.ts'], exclude: [] };
    await writeFile(join(folder, 'tsconfig.json'), JSON.stringify(config));
    for (const [name, text] of Object.entries(programs)) await writeFile(join(folder, `${name}.ts`), text);
    return await typeCheck(folder, ...options);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
