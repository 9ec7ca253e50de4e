/** A module made of a page's snippets. */
export interface SnippetModule {
  /** The file's name. Snippets of the same page can import it. */
  readonly name: string;
  readonly lines: readonly string[];
  /** For each line, its place in the page, counted from 1. */
  readonly origins: readonly number[];
}

interface OpenModule {
  name: string;
  lines: string[];
  origins: number[];
}

const FENCE = /^(`{3,})(\w*)\s*$/;
const COMMENT = /^<!-- snippet: (\S+)( -->)?$/;
const CONTINUE = 'continue';
const BEFORE = 'before';

/**
 * The modules a page's ```ts blocks make up. Each block is a module of its own, unless a comment before it says
 * something else: see snippets.test.ts.
 *
 * @throws Error naming the line of a comment that is not followed by a block, or continues nothing.
 */
export function snippetModules(page: string): SnippetModule[] {
  const modules: OpenModule[] = [];
  const lines = page.split('\n');
  let marker: { word: string; at: number } | undefined;
  let hidden: { text: string; origin: number }[] = [];

  for (let at = 0; at < lines.length; at++) {
    const comment = COMMENT.exec(lines[at] as string);
    if (comment !== null) {
      marker = { word: comment[1] as string, at };
      if (comment[2] === undefined) {
        for (at++; lines[at] !== '-->'; at++) {
          if (at >= lines.length) throw problem(marker.at, 'is a comment without an end');
          hidden.push({ text: lines[at] as string, origin: at + 1 });
        }
      }
      continue;
    }
    const fence = FENCE.exec(lines[at] as string);
    if (fence === null) {
      if (marker !== undefined && lines[at] !== '') throw problem(marker.at, 'is not followed by a block');
      continue;
    }
    const start = at + 1;
    at = lines.indexOf(fence[1] as string, start);
    if (at === -1) throw problem(start - 1, 'is a block without an end');
    if (fence[2] !== 'ts') {
      if (marker !== undefined) throw problem(marker.at, 'stands before a block that is no TypeScript');
      continue;
    }
    const module = moduleFor(modules, marker);
    for (const { text, origin } of hidden) addLine(module, text, origin);
    for (let i = start; i < at; i++) addLine(module, lines[i] as string, i + 1);
    marker = undefined;
    hidden = [];
  }
  if (marker !== undefined) throw problem(marker.at, 'is not followed by a block');
  return modules;
}

function moduleFor(modules: OpenModule[], marker: { word: string; at: number } | undefined): OpenModule {
  if (marker?.word === CONTINUE) {
    const last = modules.at(-1);
    if (last === undefined) throw problem(marker.at, 'continues nothing');
    return last;
  }
  const named = marker !== undefined && marker.word !== BEFORE;
  // `export {}` makes a module of it, on a line of its own that no error is on.
  const module = {
    name: named ? marker.word : `snippet-${modules.length + 1}.ts`,
    lines: ['export {};'],
    origins: [0],
  };
  modules.push(module);
  return module;
}

function addLine(module: OpenModule, text: string, origin: number): void {
  module.lines.push(text);
  module.origins.push(origin);
}

function problem(at: number, what: string): Error {
  return new Error(`line ${at + 1} ${what}`);
}
