import { spawnSync } from 'node:child_process';

/** The folder of the runtime client. `run.ts` installs it. */
export const runtimeClient: string = variable('E2E_RUNTIME_CLIENT');

/** The Node programs to run the handlers with, with their versions. */
export const nodes: readonly { readonly version: string; readonly nodePath: string }[] = variable('E2E_NODES')
  .split(':')
  .map((nodePath) => ({ version: versionOf(nodePath), nodePath }));

function variable(name: string): string {
  const value = process.env[name];
  if (!value) throw new Error(`${name} is not set: run the end-to-end tests with npm run test:e2e.`);
  return value;
}

function versionOf(nodePath: string): string {
  return spawnSync(nodePath, ['--version'], { encoding: 'utf8' }).stdout.trim();
}
