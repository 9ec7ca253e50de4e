import { readFile } from 'node:fs/promises';
import { extname } from 'node:path';
import type { Loader, Plugin } from 'esbuild';
import { ownerOf } from './size-report.ts';

const loaders: Readonly<Record<string, Loader>> = {
  '.js': 'js',
  '.mjs': 'js',
  '.cjs': 'js',
  '.jsx': 'jsx',
  '.ts': 'ts',
  '.mts': 'ts',
  '.cts': 'ts',
  '.tsx': 'tsx',
};

/** Calls `globalThis.enterPackage(name)` and `globalThis.leavePackage()`, where they are, around each module's code. */
export const markPackages: Plugin = {
  name: 'tabletheory-mark-packages',
  setup(build) {
    build.onLoad({ filter: /\.[cm]?[jt]sx?$/ }, async ({ path }) => {
      const source = await readFile(path, 'utf8');
      const name = JSON.stringify(ownerOf(path, '/'));
      // On the first line, so that a directive like 'use strict' is the only thing that is lost.
      const contents = `globalThis.enterPackage?.(${name});${source.replace(/^#!.*/, '')}\nglobalThis.leavePackage?.();`;
      return { contents, loader: loaders[extname(path)] ?? 'js' };
    });
  },
};
