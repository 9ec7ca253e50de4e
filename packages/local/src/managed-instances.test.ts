import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { type FunctionOptions, type LocalFunction, startFunction } from './function.ts';
import { FunctionError, FunctionStoppedError, FunctionTimeoutError } from './function-error.ts';

const HANDLERS = `
let arrived = 0;
let release;
const all = new Promise((resolve) => { release = resolve; });
export const meet = async ({ n, expected }, context) => {
  const store = globalThis.awslambda.InvokeStore;
  const before = [store.getRequestId(), store.getXRayTraceId()];
  if (++arrived === expected) release();
  await all;
  return { n, awsRequestId: context.awsRequestId, before, after: [store.getRequestId(), store.getXRayTraceId()], pid: process.pid };
};
export const variables = async () => ({ ...process.env });
export const act = async ({ how }) => {
  if (how === 'hang') await new Promise((resolve) => setTimeout(resolve, 600_000));
  if (how === 'throw') throw new RangeError('out of range');
  if (how === 'uncaught') setTimeout(() => { throw new TypeError('nobody caught me'); });
  if (how === 'uncaught') await new Promise((resolve) => setTimeout(resolve, 600_000));
  return process.pid;
};
`;

let taskRoot: string;
const started: LocalFunction[] = [];

async function start(handler: string, options: Partial<FunctionOptions> = {}): Promise<LocalFunction> {
  const defaults = { timeout: 15, initTimeout: 15, concurrencyPerProcess: 8 };
  const fn = await startFunction({ ...defaults, ...options, taskRoot, handler } as FunctionOptions);
  started.push(fn);
  return fn;
}

beforeAll(async () => {
  taskRoot = await mkdtemp(join(tmpdir(), 'managed-'));
  await writeFile(join(taskRoot, 'index.mjs'), HANDLERS);
});

afterEach(() => Promise.all(started.splice(0).map((fn) => fn.stop())));
afterAll(() => rm(taskRoot, { recursive: true }));

test('one process runs several invocations at once, each with its own ids', async () => {
  const fn = await start('index.meet');
  // None of them ends before the last one has begun.
  const results = await Promise.all(Array.from({ length: 8 }, (_, n) => fn.invoke({ n, expected: 8 })));
  const pids = new Set<number>();
  for (const [n, { payload, requestId, traceId }] of results.entries()) {
    const ids = [requestId, expect.stringContaining(`Root=${traceId};`)];
    expect(payload).toMatchObject({ n, awsRequestId: requestId, before: ids, after: ids });
    pids.add((payload as { pid: number }).pid);
  }
  expect(pids.size).toBe(1);
  expect(new Set(results.map(({ traceId }) => traceId)).size).toBe(8);
});

test('more invocations than that start another process, or wait', async () => {
  const two = await start('index.meet', { concurrencyPerProcess: 2, concurrency: 2 });
  const results = await Promise.all(Array.from({ length: 6 }, (_, n) => two.invoke({ n, expected: 2 })));
  expect(new Set(results.map(({ payload }) => (payload as { pid: number }).pid)).size).toBe(2);
  const one = await start('index.act', { concurrencyPerProcess: 1 });
  const hanging = one.invoke({ how: 'hang' });
  const waiting = one.invoke({});
  const stopped = [hanging, waiting].map((call) => expect(call).rejects.toBeInstanceOf(FunctionStoppedError));
  await one.stop();
  await Promise.all(stopped);
});

test('it sees the variables of a managed instance, and no trace id in them', async () => {
  const fn = await start('index.variables');
  const { payload } = await fn.invoke({});
  expect(payload).toMatchObject({
    AWS_LAMBDA_INITIALIZATION_TYPE: 'lambda-managed-instances',
    AWS_LAMBDA_MAX_CONCURRENCY: '8',
    AWS_LAMBDA_NODEJS_WORKER_COUNT: '1',
  });
  expect(payload).not.toHaveProperty('_X_AMZN_TRACE_ID');
});

test("a failure or a timeout is one invocation's own", async () => {
  const fn = await start('index.act', { timeout: 3 });
  const { payload: pid } = await fn.invoke({});
  const [timedOut, thrown, fine] = await Promise.allSettled([
    fn.invoke({ how: 'hang' }),
    fn.invoke({ how: 'throw' }),
    fn.invoke({}),
  ]);
  expect(timedOut).toMatchObject({ status: 'rejected', reason: expect.any(FunctionTimeoutError) });
  expect(thrown).toMatchObject({ status: 'rejected', reason: { errorType: 'RangeError' } });
  expect(fine).toMatchObject({ value: { payload: pid } });
  expect((await fn.invoke({})).payload).toBe(pid);
});

test('the end of the process is the end of all it runs', async () => {
  const fn = await start('index.act');
  const { payload: pid } = await fn.invoke({});
  const calls = [fn.invoke({ how: 'hang' }), fn.invoke({ how: 'uncaught' })];
  for (const { status, reason } of (await Promise.allSettled(calls)) as PromiseRejectedResult[]) {
    expect(status).toBe('rejected');
    expect(reason).toBeInstanceOf(FunctionError);
    expect(reason).toMatchObject({ errorType: 'Runtime.ExitError' });
  }
  expect((await fn.invoke({})).payload).not.toBe(pid);
});

test('a wrong option is refused', async () => {
  const options = { file: '/x/index.mjs', concurrencyPerProcess: 0 };
  await expect(startFunction(options)).rejects.toThrow('option concurrencyPerProcess');
});
