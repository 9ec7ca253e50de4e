import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { typeCheck } from '../support/type-check.ts';
import { type SnippetModule, snippetModules } from './snippet-modules.ts';

/** A page of documentation, by its name from the root. */
export interface Page {
  readonly name: string;
  readonly text: string;
}

/**
 * Compiles the snippets of pages, all in one run of the compiler.
 *
 * @returns what does not compile: `README.md:12: error TS2322: …`.
 */
export async function compileSnippets(pages: readonly Page[]): Promise<string[]> {
  // In the repository, so that packages are found. The root's own compilation skips folders that begin with a dot.
  const folder = await mkdtemp(join(import.meta.dirname, '.snippets-'));
  try {
    const written = new Map<string, { page: string; module: SnippetModule }>();
    for (const { name, text } of pages) {
      const inFolder = name.replaceAll('/', '+');
      await mkdir(join(folder, inFolder));
      for (const module of modulesOf(name, text)) {
        const path = `${inFolder}/${module.name}`;
        if (written.has(path)) throw new Error(`${name}: two snippets are both ${module.name}`);
        written.set(path, { page: name, module });
        await writeFile(join(folder, path), module.lines.join('\n'));
      }
    }
    await writeFile(join(folder, 'tsconfig.json'), JSON.stringify(CONFIG));
    const { output } = await typeCheck(folder);
    return output
      .split('\n')
      .filter((line) => line.includes('error TS'))
      .map((line) => {
        const [, path = '', at = '', message = ''] = /^(.+?)\((\d+),\d+\): (.*)$/.exec(line) ?? [];
        const snippet = written.get(path);
        return snippet === undefined ? line : `${snippet.page}:${snippet.module.origins[Number(at) - 1]}: ${message}`;
      });
  } finally {
    await rm(folder, { recursive: true });
  }
}

// A snippet shows a call, and need not use what it returns.
const CONFIG = {
  extends: '../../../tsconfig.json',
  compilerOptions: { noUnusedLocals: false, noUnusedParameters: false },
  include: ['**/*.ts'],
  exclude: [],
};

function modulesOf(name: string, text: string): SnippetModule[] {
  try {
    return snippetModules(text);
  } catch (error) {
    throw new Error(`${name}: ${(error as Error).message}`);
  }
}
