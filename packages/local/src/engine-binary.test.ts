import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { EngineMissingError, engineBinary } from './engine-binary.ts';

let folder: string;
const notInstalled = () => {
  throw new Error('Cannot find module');
};

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'engine-'));
  await writeFile(join(folder, 'dynoxide'), '#!/bin/sh\n');
  await chmod(join(folder, 'dynoxide'), 0o755);
});

afterAll(() => rm(folder, { recursive: true }));

test('the program of the installed package comes first', () => {
  const resolve = (specifier: string) => {
    expect(specifier).toBe(`@dynoxide/${process.platform}-${process.arch}/package.json`);
    return join(folder, 'package.json');
  };
  expect(engineBinary({ resolve, path: '/usr/bin' })).toBe(join(folder, 'dynoxide'));
});

test('without the package, the program is looked for on PATH', () => {
  const path = ['/nonexistent', folder].join(delimiter);
  expect(engineBinary({ resolve: notInstalled, path })).toBe(join(folder, 'dynoxide'));
});

test('without either, one line says what to do', () => {
  const find = () => engineBinary({ resolve: notInstalled, path: '' });
  expect(find).toThrow(EngineMissingError);
  expect(find).toThrow(
    /^No local DynamoDB engine: install @dynoxide\/\S+ \(npm install .*\), put dynoxide on PATH, or set AWS_ENDPOINT_URL_DYNAMODB .*\.$/,
  );
});

test('a file that cannot be run is not taken', async () => {
  const other = await mkdtemp(join(tmpdir(), 'engine-'));
  await writeFile(join(other, 'dynoxide'), '');
  await chmod(join(other, 'dynoxide'), 0o644);
  // The superuser may read any file, but even it may not run one without an x bit.
  expect(() => engineBinary({ resolve: notInstalled, path: other })).toThrow(EngineMissingError);
  await rm(other, { recursive: true });
});
