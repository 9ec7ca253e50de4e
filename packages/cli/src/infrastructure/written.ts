import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import type { CommandResult } from '../command.ts';

/** The result of a command that makes one document: the document itself, or, with `--out`, that it was written. */
export async function written(
  text: string,
  { out, cwd, json }: { readonly out: string | undefined; readonly cwd: string; readonly json: unknown },
): Promise<CommandResult> {
  if (out === undefined) return { text, json };
  const file = resolve(cwd, out);
  await mkdir(dirname(file), { recursive: true });
  await writeFile(file, text.endsWith('\n') ? text : `${text}\n`);
  return { text: `Wrote ${out}.`, json };
}

/** A document as JSON, or as YAML. */
export async function documentText(document: unknown, yaml: boolean | undefined): Promise<string> {
  if (!yaml) return JSON.stringify(document, null, 2);
  const { stringify } = await import('yaml');
  // Long strings stay on one line, and what is there twice is written twice: CloudFormation knows no anchors.
  return stringify(document, { lineWidth: 0, aliasDuplicateObjects: false });
}
