import { join } from 'node:path';

/** The root of the repository: pages are named from here. */
export const ROOT: string = join(import.meta.dirname, '../..');

/** The documentation, as patterns. */
export const PAGES: string[] = [
  'README.md',
  'SECURITY.md',
  'packages/*/README.md',
  'packages/*/docs/*.md',
  'examples/*/README.md',
];
