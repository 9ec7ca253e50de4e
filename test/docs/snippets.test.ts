// Every ```ts block of the documentation compiles.
//
// A block is a module of its own. HTML comments, which readers do not see, change that; each stands on lines of its
// own before the block:
//
//   <!-- snippet: continue -->     the block goes on where the one before it ended, in the same module
//   <!-- snippet: models.ts -->    the block is the file models.ts, which other blocks of the page can import
//   <!-- snippet: before           code that is compiled in front of the block, which begins a module
//   declare const orderId: string;
//   -->
//
// `continue` and a file name can be followed by hidden code as well. What is not meant to compile is no ```ts block.

import { globSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { compileSnippets, type Page } from './compile-snippets.ts';
import { PAGES, ROOT } from './pages.ts';
import { snippetModules } from './snippet-modules.ts';

async function readPages(): Promise<Page[]> {
  const names = globSync(PAGES, { cwd: ROOT }).sort();
  return Promise.all(names.map(async (name) => ({ name, text: await readFile(join(ROOT, name), 'utf8') })));
}

describe('the documentation', () => {
  it('has snippets that compile', { timeout: 120_000 }, async () => {
    const pages = await readPages();
    expect(pages.length).toBeGreaterThan(10);
    expect(await compileSnippets(pages)).toEqual([]);
  });
});

describe('a snippet', () => {
  it('that does not compile is named by page and line', { timeout: 120_000 }, async () => {
    const text = ['# A page', '', '```ts', 'export const a: string = "a";', 'export const b: number = a;', '```'];
    const [problem, ...others] = await compileSnippets([{ name: 'docs/page.md', text: text.join('\n') }]);
    expect(problem).toMatch(/^docs\/page\.md:5: error TS2322: /);
    expect(others).toEqual([]);
  });

  const modulesOf = (...page: string[]) => snippetModules(page.join('\n')).map(({ name, lines }) => [name, ...lines]);

  it('is a module of its own', () => {
    expect(modulesOf('```ts', 'a;', '```', '```sh', 'b', '```', '```ts', 'c;', '```')).toEqual([
      ['snippet-1.ts', 'export {};', 'a;'],
      ['snippet-2.ts', 'export {};', 'c;'],
    ]);
  });

  it('may continue the one before, have code before it, or be a file', () => {
    expect(
      modulesOf(
        ...['<!-- snippet: before', 'hidden;', '-->', '```ts', 'a;', '```', 'Text.'],
        ...[
          '<!-- snippet: continue -->',
          '',
          '```ts',
          'b;',
          '```',
          '<!-- snippet: models.ts -->',
          '```ts',
          'c;',
          '```',
        ],
      ),
    ).toEqual([
      ['snippet-1.ts', 'export {};', 'hidden;', 'a;', 'b;'],
      ['models.ts', 'export {};', 'c;'],
    ]);
  });

  it.each([
    ['continues nothing', ['<!-- snippet: continue -->', '```ts', '```']],
    ['is not followed by a block', ['<!-- snippet: continue -->', 'Text.']],
    ['is not followed by a block', ['<!-- snippet: continue -->']],
    ['stands before a block that is no TypeScript', ['<!-- snippet: before -->', '```sh', '```']],
    ['is a comment without an end', ['<!-- snippet: before', 'a;']],
    ['is a block without an end', ['```ts', 'a;']],
  ])('is refused where its comment %s', (what, page) => {
    expect(() => modulesOf(...page)).toThrow(`line 1 ${what}`);
  });
});
