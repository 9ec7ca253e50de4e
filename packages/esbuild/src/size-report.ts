import { resolve } from 'node:path';
import type { Metafile } from 'esbuild';
import { packageOf } from './package-of.ts';

/** What one package takes of the bundles. */
export interface PackageSize {
  /** Its name; `(application)` for files that belong to no package, and names in parentheses for what the plugin adds. */
  readonly name: string;
  /** Bytes, minified. */
  readonly bytes: number;
}

/** What the plugin adds, by the namespaces of its modules. */
const added: Readonly<Record<string, string>> = {
  'tabletheory-builtin': "(Node's own modules)",
  'tabletheory-credential-provider': '(credential providers left out)',
  'tabletheory-optional-part': '(optional parts left out)',
  'tabletheory-validator': '(compiled JSON Schemas)',
};

/** The name a file of a bundle goes under: its package's. */
export function ownerOf(input: string, folder: string): string {
  const namespace = /^(tabletheory-[a-z-]+):/.exec(input)?.[1];
  if (namespace !== undefined) return added[namespace] ?? input;
  return packageOf(resolve(folder, input)) ?? '(application)';
}

/** What each package takes of the bundles, the largest first. */
export function sizesByPackage({ outputs }: Metafile, folder: string): PackageSize[] {
  const sizes = new Map<string, number>();
  for (const { inputs } of Object.values(outputs)) {
    for (const [input, { bytesInOutput }] of Object.entries(inputs)) {
      const name = ownerOf(input, folder);
      sizes.set(name, (sizes.get(name) ?? 0) + bytesInOutput);
    }
  }
  return [...sizes]
    .filter(([, bytes]) => bytes > 0)
    .map(([name, bytes]) => ({ name, bytes }))
    .sort((a, b) => b.bytes - a.bytes);
}
