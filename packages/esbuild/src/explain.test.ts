import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { explain, formatExplanation } from './explain.ts';
import { testFolder } from './test-function.ts';

it('explain tells what is in a bundle and what starting it costs, and leaves nothing behind', async () => {
  const folder = await testFolder();
  const contents = `#!/usr/bin/env node
    'use strict';
    import middy from '@middy/core';
    import { pino } from 'pino';
    import { validator } from '@tabletheory/validator';
    const until = performance.now() + 50;
    while (performance.now() < until) Math.sqrt(until);
    export const kept = Buffer.alloc(20_000_000, 1);
    export const later = () => import('aws-xray-sdk-core/dist/lib/segment_emitter.js');
    export const handler = middy().use(validator({ body: { type: 'object' } })).handler(async () => pino);`;
  const explanation = await explain({
    stdin: { contents, resolveDir: import.meta.dirname, sourcefile: 'handler.ts', loader: 'ts' },
    outfile: join(folder, 'handler.mjs'),
    runs: 3,
  });
  const costOf = (name: string) => explanation.packages.find((each) => each.name === name);
  expect(costOf('pino')?.cpu).toBeGreaterThan(0);
  expect(costOf('@middy/core')?.bytes).toBeGreaterThan(1_000);
  expect(costOf('aws-xray-sdk-core')).toMatchObject({ cpu: 0, memory: 0 });
  expect(explanation.cpu).toBeGreaterThan(20);
  expect(explanation.memory).toBeGreaterThan(5_000_000);
  expect(explanation.bytes).toBeGreaterThan(explanation.packages[0]!.bytes);
  expect(formatExplanation(explanation)).toMatch(
    /^package +size +CPU +memory\n(?:.+\n)*aws-xray-sdk-core +[\d.]+ kB\n(?:.+\n)*the whole bundle, with compiling it +[\d.]+ kB +[\d.]+ ms +[\d.]+ MB$/,
  );
  expect(await readdir(folder)).toEqual([]);
});

it('explain says why a function did not start', async () => {
  const stdin = { contents: `throw new Error('SECRET is not set');` };
  const outfile = join(await testFolder(), 'handler.mjs');
  await expect(explain({ stdin, outfile, runs: 1 })).rejects.toThrow('SECRET is not set');
});
