import { relative } from 'node:path';
import type { Models } from '@tabletheory/core';
import { Reader } from './reader.ts';
import { type SourceUse, TableCalls, type UnreadSource } from './table-calls.ts';

/** What reading a handler's source has found. */
export interface SourceReading {
  /** Every use of a model that the source may make. */
  readonly uses: readonly SourceUse[];
  /** What could not be read. */
  readonly unread: readonly UnreadSource[];
  /** The files that were read, relative to the folder. */
  readonly files: readonly string[];
  /** Whether it sends traces to X-Ray. */
  readonly traces: boolean;
}

/** What is to be read. */
export interface SourceQuestion {
  /** The file of the handler. */
  readonly file: string;
  /** The name it exports the handler under. */
  readonly export: string;
  /** The models, by the names of their tables in the handler. */
  readonly models: Models;
  /** What places are told relative to. */
  readonly folder: string;
}

/**
 * Reads what a handler may do with its tables: its file, and the files it imports by a relative path or from a package
 * that is not installed in `node_modules`.
 *
 * Every path through the source counts as possible. What cannot be read is reported, and taken for all it may be.
 *
 * @throws UsageError when a file cannot be read or parsed.
 */
export function readSource({ file, export: exported, models, folder }: SourceQuestion): SourceReading {
  const calls = new TableCalls(models);
  const reader = new Reader(calls);
  reader.read(file, exported);
  const local = <T extends { readonly place: string }>(found: T): T => ({
    ...found,
    place: relative(folder, found.place),
  });
  return {
    uses: calls.uses.map(local),
    unread: calls.unread.map(local),
    files: reader.files.map((name) => relative(folder, name)).sort(),
    traces: [...reader.specifiers].some((specifier) => TRACERS.has(specifier)),
  };
}

const TRACERS = new Set([
  '@tabletheory/xray',
  '@tabletheory/xray/lean',
  'aws-xray-sdk-core',
  'aws-xray-sdk',
  '@tabletheory/middy',
]);
