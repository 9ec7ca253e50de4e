import { createRequire } from 'node:module';
import middy from '@middy/core';
import { expect, it } from 'vitest';
import * as z from 'zod';
import { validator } from './index.ts';

// In a file of its own: modules stay loaded for the rest of a test file.
const { cache } = createRequire(import.meta.url);
const ajvIsLoaded = () => Object.keys(cache).some((path) => /node_modules[\\/]ajv[\\/]/.test(path));

it('ajv is loaded for a plain schema, and not for a compiled validator or a Standard Schema', async () => {
  const event = { headers: { 'content-type': 'application/json' }, body: '1' };
  const guard = (body: unknown): body is number => typeof body === 'number';
  const compiled = middy()
    .use(validator({ body: guard }))
    .handler(async (_event, { input }) => input);
  expect(await compiled(event, {} as any)).toBe(1);
  const standard = middy()
    .use(validator({ body: z.number(), query: guard, response: z.number() }))
    .handler(async () => 1);
  await expect(standard(event, {} as any)).rejects.toThrow(/query string does not match/);
  expect(ajvIsLoaded()).toBe(false);

  const plain = middy()
    .use(validator({ body: { type: 'number' } }))
    .handler(async (_event, { input }) => input);
  expect(await plain(event, {} as any)).toBe(1);
  expect(ajvIsLoaded()).toBe(true);
});
