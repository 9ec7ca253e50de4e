import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { FunctionError, FunctionTimeoutError, startFunction } from '@tabletheory/local';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ordersBundle } from './orders-api.ts';
import { nodes, runtimeClient } from './runtime.ts';

const HANDLER = `
export const handler = async ({ hang }) => {
  if (hang) await new Promise((resolve) => setTimeout(resolve, 600_000));
  return process.pid;
};
`;

let taskRoot: string;

beforeAll(async () => {
  taskRoot = await mkdtemp(join(tmpdir(), 'e2e-'));
  await writeFile(join(taskRoot, 'index.mjs'), HANDLER);
});

afterAll(() => rm(taskRoot, { recursive: true }));

describe.each(nodes)('on Node $version', ({ nodePath }) => {
  test('a handler that ignores its timeout is killed, and the next request starts anew', async () => {
    await using fn = await startFunction({ taskRoot, handler: 'index.handler', nodePath, runtimeClient, timeout: 2 });
    const { payload: pid } = await fn.invoke({});
    await expect(fn.invoke({ hang: true })).rejects.toBeInstanceOf(FunctionTimeoutError);
    expect(() => process.kill(pid as number, 0)).toThrow('ESRCH');
    const next = await fn.invoke({});
    expect(next.payload).not.toBe(pid);
    expect(next.initDurationMs).toBeGreaterThan(0);
  });

  test.each([{}, { concurrencyPerProcess: 8 }])('what fails while it loads is told as such: %j', async (options) => {
    await using orders = await startFunction({ ...options, file: ordersBundle, nodePath, runtimeClient });
    const error = await orders.invoke({}).catch((error) => error);
    expect(error).toBeInstanceOf(FunctionError);
    expect(error).toMatchObject({
      phase: 'init',
      errorType: 'Error',
      errorMessage: expect.stringContaining('CURSOR_SECRET'),
    });
  });
});
