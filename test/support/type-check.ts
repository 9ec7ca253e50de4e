import { execFile } from 'node:child_process';
import { join } from 'node:path';

const TSC = join(import.meta.dirname, '../../node_modules/typescript/bin/tsc');

/** What the compiler said. */
export interface Compiled {
  readonly succeeded: boolean;
  readonly output: string;
}

/** Type-checks a folder by its own tsconfig.json. Messages name its files by their paths from there. */
export function typeCheck(folder: string, ...options: string[]): Promise<Compiled> {
  return new Promise((resolve, reject) => {
    execFile(process.execPath, [TSC, '--pretty', 'false', ...options], { cwd: folder }, (error, stdout, stderr) => {
      if (error !== null && typeof error.code !== 'number') reject(error);
      else resolve({ succeeded: error === null, output: stdout + stderr });
    });
  });
}
