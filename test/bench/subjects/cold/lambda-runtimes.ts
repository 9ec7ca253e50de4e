import { existsSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import type { Runtime } from './cold-start.ts';

const cache = join(process.env.XDG_CACHE_HOME || join(homedir(), '.cache'), 'tabletheory');
const RUNTIME_CLIENT = join(cache, 'aws-lambda-ric-4.0.2', 'node_modules', 'aws-lambda-ric');

/** The Node versions of Lambda's runtimes, as the end-to-end tests have them. */
const NODE_VERSIONS = { 'Node 24': '24.21.0', 'Node 22': '22.23.3' };

/**
 * Lambda's own runtime client on its Node versions, from where the end-to-end tests put them.
 *
 * @throws Error when they are not there.
 */
export function lambdaRuntimes(): Record<string, Runtime> {
  return Object.fromEntries(
    Object.entries(NODE_VERSIONS).map(([name, version]) => {
      const nodePath = [nodeInCache(version), process.versions.node === version ? process.execPath : ''].find(
        existsSync,
      );
      if (nodePath === undefined || !existsSync(RUNTIME_CLIENT)) {
        throw new Error(
          `--ric needs aws-lambda-ric and Node ${version}: run npm run test:e2e once, which installs both.`,
        );
      }
      return [name, { nodePath, runtimeClient: RUNTIME_CLIENT }];
    }),
  );
}

function nodeInCache(version: string): string {
  return join(cache, `node-${version}`, 'node_modules', `node-${process.platform}-${process.arch}`, 'bin', 'node');
}
