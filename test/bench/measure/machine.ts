import { readFileSync } from 'node:fs';
import { findPackageJSON } from 'node:module';
import { availableParallelism, cpus, totalmem } from 'node:os';
import { join } from 'node:path';

/** What the figures were measured on. */
export interface Machine {
  readonly node: string;
  readonly platform: string;
  readonly processor: string;
  readonly cores: number;
  /** GB. */
  readonly memory: number;
}

export function thisMachine(): Machine {
  return {
    node: process.versions.node,
    platform: `${process.platform} ${process.arch}`,
    processor: cpus()[0]?.model.trim() || 'unknown processor',
    cores: availableParallelism(),
    memory: Math.round(totalmem() / 1e9),
  };
}

/** The versions of installed packages, by name. */
export function versionsOf(packages: readonly string[]): Record<string, string> {
  return Object.fromEntries(packages.map((name) => [name, versionOf(name)]));
}

function versionOf(name: string): string {
  // A package need not export its package.json, and one that is only a folder of commands has no entry to find.
  const found = findPackageJSON(name, import.meta.url) ?? join('node_modules', name, 'package.json');
  return (JSON.parse(readFileSync(found, 'utf8')) as { version: string }).version;
}
