import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { type CommandResult, UsageError } from './command.ts';

/** The option `--out` of a command that makes one document. */
export const OUT_OPTION = {
  type: 'string',
  short: 'o',
  value: 'file',
  description: 'Write to this file. Default: standard output',
} as const;

/** The result of a command that makes one document: the document itself, or, with `--out`, that it was written. */
export async function written(
  text: string,
  { out, cwd, json, what }: { out: string | undefined; cwd: string; json: unknown; what?: string },
): Promise<CommandResult> {
  if (out === undefined) return { text, json };
  await writeText(out, text, cwd);
  return { text: what === undefined ? `Wrote ${out}.` : `Wrote ${what} to ${out}.`, json };
}

/**
 * Writes a file, and makes its folder where there is none.
 *
 * @throws UsageError when it cannot be written.
 */
export async function writeText(file: string, text: string, cwd: string): Promise<void> {
  const path = resolve(cwd, file);
  try {
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, text.endsWith('\n') ? text : `${text}\n`);
  } catch (error) {
    throw new UsageError(`${file} could not be written: ${(error as Error).message}`, { cause: error });
  }
}

/** A document as JSON, or as YAML. */
export async function documentText(document: unknown, yaml: boolean | undefined): Promise<string> {
  if (!yaml) return JSON.stringify(document, null, 2);
  const { stringify } = await import('yaml');
  // CloudFormation reads YAML 1.1, to which a plain `yes`, `1_000` or `12:30` is no text, and knows no anchors.
  return stringify(document, { version: '1.1', lineWidth: 0, aliasDuplicateObjects: false });
}
