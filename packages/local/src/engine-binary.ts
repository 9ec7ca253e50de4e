import { accessSync, constants } from 'node:fs';
import { createRequire } from 'node:module';
import { delimiter, dirname, join } from 'node:path';

/** There is no local DynamoDB engine on this machine. */
export class EngineMissingError extends Error {
  override readonly name = 'EngineMissingError';
  readonly code = 'ENGINE_MISSING';

  constructor(packageName: string) {
    super(
      `No local DynamoDB engine: install ${packageName} (npm install --save-dev ${packageName}), put dynoxide on PATH, or set AWS_ENDPOINT_URL_DYNAMODB to an engine that runs.`,
    );
  }
}

/** Where to look for the engine. */
export interface EngineSearch {
  /** Finds a module's file, as `require.resolve` does. */
  readonly resolve: (specifier: string) => string;
  /** Folders, separated as in the PATH variable. */
  readonly path: string;
}

/**
 * The file of the engine's program: from the `@dynoxide/<platform>-<arch>` package, else `dynoxide` on PATH.
 *
 * @throws EngineMissingError
 */
export function engineBinary(search: EngineSearch = thisProcess()): string {
  const packageName = `@dynoxide/${process.platform}-${process.arch}`;
  const file = process.platform === 'win32' ? 'dynoxide.exe' : 'dynoxide';
  const folders = search.path.split(delimiter).filter((folder) => folder !== '');
  try {
    folders.unshift(dirname(search.resolve(`${packageName}/package.json`)));
  } catch {
    // The package is optional: there is none for some platforms.
  }
  for (const folder of folders) {
    const binary = join(folder, file);
    if (isExecutable(binary)) return binary;
  }
  throw new EngineMissingError(packageName);
}

function thisProcess(): EngineSearch {
  return { resolve: createRequire(import.meta.url).resolve, path: process.env.PATH ?? '' };
}

function isExecutable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
