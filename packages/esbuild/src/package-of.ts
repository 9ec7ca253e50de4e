import { existsSync, readFileSync } from 'node:fs';
import { dirname, join, sep } from 'node:path';

const names = new Map<string, string | undefined>();

/** The name of the package a file belongs to; `undefined` where it belongs to none. */
export function packageOf(file: string): string | undefined {
  const installed = file.split(sep).join('/').split('/node_modules/').slice(1).at(-1)?.split('/');
  if (installed !== undefined) return installed.slice(0, installed[0]?.startsWith('@') ? 2 : 1).join('/');
  return nameIn(dirname(file));
}

function nameIn(folder: string): string | undefined {
  if (names.has(folder)) return names.get(folder);
  const name = ownName(folder) ?? (dirname(folder) === folder ? undefined : nameIn(dirname(folder)));
  names.set(folder, name);
  return name;
}

/** Some packages have a `package.json` without a name further down, only to say the type of their modules. */
function ownName(folder: string): string | undefined {
  const manifest = join(folder, 'package.json');
  if (!existsSync(manifest)) return undefined;
  const { name } = JSON.parse(readFileSync(manifest, 'utf8')) as { name?: unknown };
  return typeof name === 'string' ? name : undefined;
}
