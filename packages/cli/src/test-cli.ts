import { type CliEnvironment, runCli } from './cli.ts';

/** What the command line has said, and how it ended. */
export interface Ran {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** For tests: runs the command line in a folder. */
export async function runIn(cwd: string, ...args: string[]): Promise<Ran> {
  const told = { stdout: '', stderr: '' };
  const environment: CliEnvironment = {
    cwd,
    env: {},
    version: '1.2.3',
    stdout: (text) => {
      told.stdout += text;
    },
    stderr: (text) => {
      told.stderr += text;
    },
  };
  const code = await runCli(args, environment);
  return { code, ...told };
}
