#!/usr/bin/env node
import { Console } from 'node:console';
import packageJson from '../package.json' with { type: 'json' };
import { runCli } from './cli.ts';

// A configuration and its models may print: what they do is no part of the result.
globalThis.console = new Console(process.stderr);

process.exitCode = await runCli(process.argv.slice(2), {
  cwd: process.cwd(),
  env: process.env,
  version: packageJson.version,
  stdout: (text) => void process.stdout.write(text),
  stderr: (text) => void process.stderr.write(text),
});
