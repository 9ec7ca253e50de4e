import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest';
import { type FunctionOptions, type LocalFunction, startFunction } from './function.ts';
import { FunctionError, FunctionStoppedError, FunctionTimeoutError, PayloadTooLargeError } from './function-error.ts';

const HANDLERS = `
let calls = 0;
export const echo = async (event) => ({ event, calls: ++calls, pid: process.pid });
export const api = { v1: { echo } };
export const returned = (event) => Promise.resolve(event).then((value) => value + 1);
export const plain = () => 'plain';
export const nothing = async () => {};
export const context = async (_, context) => ({ ...context, remaining: context.getRemainingTimeInMillis(), trace: process.env._X_AMZN_TRACE_ID });
export const variables = async () => process.env;
export const hang = async ({ hang }) => { console.log('hanging', hang); if (hang) await new Promise((resolve) => setTimeout(resolve, 600_000)); return process.pid; };
export const spin = async ({ spin }) => { if (spin) for (;;); return process.pid; };
export const fail = async ({ how }) => {
  if (how === 'error') throw new RangeError('out of range');
  if (how === 'text') throw 'a text';
  if (how === 'exit') process.exit(7);
  if (how === 'kill') process.kill(process.pid, 'SIGKILL');
  if (how === 'uncaught') { setTimeout(() => { throw new TypeError('nobody caught me'); }); await new Promise((resolve) => setTimeout(resolve, 60_000)); }
  if (how === 'unhandled') { Promise.reject(new TypeError('nobody handled me')); await new Promise((resolve) => setTimeout(resolve, 60_000)); }
  if (how === 'unsettled') await new Promise(() => {});
  if (how === 'circular') { const circle = {}; circle.circle = circle; return circle; }
  if (how === 'large') return 'x'.repeat(7 * 1024 * 1024);
  return process.pid;
};
export const log = async ({ lines }) => { for (const line of lines) console.log(line); console.error('to stderr'); };
export const callback = (event, context, callback) => callback(null, 'old');
export const slow = async ({ ms }) => { await new Promise((resolve) => setTimeout(resolve, ms)); return process.pid; };
export const memory = async () => { const { getHeapStatistics } = await import('node:v8'); return getHeapStatistics().heap_size_limit; };
export const afterwards = async ({ spin }) => { if (spin) setImmediate(() => setTimeout(() => { for (;;); }, 0)); return process.pid; };
export const notFunction = 1;
`;

let taskRoot: string;
const started: LocalFunction[] = [];

async function start(handler: string, options: Partial<FunctionOptions> = {}): Promise<LocalFunction> {
  // Loading takes long where many processes share a busy machine; a timeout is set where a test is about it.
  const generous = { timeout: 15, initTimeout: 15 };
  const fn = await startFunction({ ...generous, ...options, taskRoot, handler } as FunctionOptions);
  started.push(fn);
  return fn;
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

async function errorOf(promise: Promise<unknown>): Promise<FunctionError> {
  const error = await promise.then(
    () => undefined,
    (error) => error,
  );
  expect(error).toBeInstanceOf(FunctionError);
  return error;
}

beforeAll(async () => {
  taskRoot = await mkdtemp(join(tmpdir(), 'function-'));
  await writeFile(join(taskRoot, 'index.mjs'), HANDLERS);
  await writeFile(join(taskRoot, 'throws.mjs'), `console.log('loading'); throw new SyntaxError('not today');`);
  await writeFile(join(taskRoot, 'exits.mjs'), 'process.exit(3);');
  await writeFile(join(taskRoot, 'never.mjs'), 'await new Promise((resolve) => setTimeout(resolve, 600_000));');
  await writeFile(join(taskRoot, 'old.cjs'), 'exports.handler = async () => "commonjs";');
});

afterEach(() => Promise.all(started.splice(0).map((fn) => fn.stop())));
afterAll(() => rm(taskRoot, { recursive: true }));

describe('an invocation', () => {
  test('gives what the handler returned, from one process that stays warm', async () => {
    const fn = await start('index.echo');
    expect(fn.initDurationMs).toBeUndefined();
    const first = await fn.invoke({ n: 1 });
    expect(first.payload).toMatchObject({ event: { n: 1 }, calls: 1 });
    expect(first.initDurationMs).toBeGreaterThan(0);
    expect(fn.initDurationMs).toBe(first.initDurationMs);
    expect(first.durationMs).toBeGreaterThan(0);
    const second = await fn.invoke({ n: 2 });
    expect(second.payload).toMatchObject({ event: { n: 2 }, calls: 2 });
    expect(second).not.toHaveProperty('initDurationMs');
    expect(second.requestId).not.toBe(first.requestId);
    expect(second.traceId).not.toBe(first.traceId);
  });

  test.each([
    ['index.returned', 1, 2],
    ['index.plain', null, 'plain'],
    ['index.nothing', undefined, null],
    ['old.handler', {}, 'commonjs'],
  ])('%s', async (handler, event, payload) => {
    const fn = await start(handler);
    expect((await fn.invoke(event)).payload).toEqual(payload);
  });

  test('the export may be nested', async () => {
    const fn = await start('index.api.v1.echo');
    expect((await fn.invoke('x')).payload).toMatchObject({ event: 'x' });
  });

  test('a file may stand for folder and handler', async () => {
    const fn = await startFunction({ file: join(taskRoot, 'index.mjs'), handler: 'plain' });
    started.push(fn);
    expect((await fn.invoke({})).payload).toBe('plain');
  });

  test('has the context Lambda gives', async () => {
    const fn = await start('index.context', { name: 'orders', memorySize: 256 });
    const { payload, requestId } = await fn.invoke({});
    expect(payload).toMatchObject({
      awsRequestId: requestId,
      functionName: 'orders',
      functionVersion: '$LATEST',
      memoryLimitInMB: '256',
      invokedFunctionArn: fn.arn,
      logGroupName: '/aws/lambda/orders',
      logStreamName: 'local/[$LATEST]',
    });
    const { remaining } = payload as { remaining: number };
    expect(remaining).toBeGreaterThan(0);
    expect(remaining).toBeLessThanOrEqual(15_000);
  });

  test('has a trace id of its own, or the one given', async () => {
    const fn = await start('index.context');
    const traceOf = async (options?: object) => {
      const { payload, traceId } = await fn.invoke({}, options);
      return { header: (payload as { trace: string }).trace, traceId };
    };
    const own = await traceOf();
    expect(own.header).toMatch(/^Root=1-[0-9a-f]{8}-[0-9a-f]{24};Parent=[0-9a-f]{16};Sampled=1$/);
    expect(own.header).toContain(`Root=${own.traceId};`);
    const id = '1-5759e988-bd862e3fe1be46a994272793';
    const given = await traceOf({ traceId: id, sampled: false });
    expect(given.traceId).toBe(id);
    expect(given.header).toMatch(new RegExp(`^Root=${id};Parent=[0-9a-f]{16};Sampled=0$`));
    const header = `Root=${id};Parent=53995c3f42cd8ad8;Sampled=1`;
    expect(await traceOf({ traceId: header })).toEqual({ header, traceId: id });
  });

  test('sees the variables Lambda sets, its own, and PATH, and no other of this process', async () => {
    vi.stubEnv('SECRET_OF_THE_DEVELOPER', 'x');
    const fn = await start('index.variables', { environment: { TABLE: 'orders', AWS_REGION: 'eu-west-1' } });
    const { payload } = await fn.invoke({});
    vi.unstubAllEnvs();
    expect(payload).toMatchObject({
      TABLE: 'orders',
      AWS_REGION: 'eu-west-1',
      AWS_LAMBDA_FUNCTION_NAME: 'local-function',
      AWS_LAMBDA_FUNCTION_MEMORY_SIZE: '512',
      AWS_LAMBDA_INITIALIZATION_TYPE: 'on-demand',
      AWS_EXECUTION_ENV: `AWS_Lambda_nodejs${process.versions.node.split('.')[0]}.x`,
      LAMBDA_TASK_ROOT: taskRoot,
      _HANDLER: 'index.variables',
      PATH: process.env.PATH,
      TZ: ':UTC',
    });
    const own = /^(AWS_.*|LAMBDA_TASK_ROOT|_HANDLER|_X_AMZN_TRACE_ID|PATH|TZ|LANG|TABLE)$/;
    expect(Object.keys(payload as object).filter((name) => !own.test(name))).toEqual([]);
  });

  test('the memory limits the heap', async () => {
    const fn = await start('index.memory', { memorySize: 300 });
    const { payload } = await fn.invoke({});
    expect(Number(payload) / 1024 ** 2).toBeGreaterThan(270);
    expect(Number(payload) / 1024 ** 2).toBeLessThan(600);
  });

  test('carries the lines the function wrote, and so does the function', async () => {
    const seen: string[] = [];
    const fn = await start('index.log', { onLog: (line) => seen.push(line) });
    const many = Array.from({ length: 5_000 }, (_, i) => `line ${i} ${'x'.repeat(100)}`);
    const first = await fn.invoke({ lines: many });
    expect(first.logs.filter((line) => line !== 'to stderr')).toEqual(many);
    expect(first.logs).toContain('to stderr');
    const second = await fn.invoke({ lines: ['second'] });
    expect([...second.logs].sort()).toEqual(['second', 'to stderr']);
    expect(fn.logs()).toEqual([...first.logs, ...second.logs]);
    expect(seen).toEqual(fn.logs());
  });
});

describe('a failure', () => {
  test.each([
    ['error', { errorType: 'RangeError', errorMessage: 'out of range' }, true],
    ['text', { errorType: 'string', errorMessage: 'a text', trace: [] }, true],
    ['circular', { errorType: 'Runtime.UnhandledError' }, true],
    ['large', { errorType: 'Function.ResponseSizeTooLarge' }, true],
    ['exit', { errorType: 'Runtime.ExitError', errorMessage: 'Runtime exited with error: exit status 7' }, false],
    ['kill', { errorType: 'Runtime.ExitError', errorMessage: 'Runtime exited with error: signal: SIGKILL' }, false],
    ['uncaught', { errorType: 'TypeError', errorMessage: 'nobody caught me' }, false],
    ['unhandled', { errorType: 'Runtime.UnhandledPromiseRejection' }, false],
    ['unsettled', { errorType: 'Runtime.NodeJsExit' }, false],
  ])('%s is reported; the next invocation works', async (how, report, sameProcess) => {
    const fn = await start('index.fail');
    const { payload: pid } = await fn.invoke({});
    const error = await errorOf(fn.invoke({ how }));
    expect(error).toMatchObject({ name: 'FunctionError', code: 'FUNCTION_ERROR', phase: 'invoke', ...report });
    expect(error.message).toContain(report.errorType);
    const next = (await fn.invoke({})).payload;
    if (sameProcess) expect(next).toBe(pid);
    else expect(next).not.toBe(pid);
  });

  test('has the stack of the function', async () => {
    const fn = await start('index.fail');
    const { trace, logs } = await errorOf(fn.invoke({ how: 'error' }));
    expect(trace[0]).toBe('RangeError: out of range');
    expect(trace[1]).toContain('index.mjs');
    expect(logs.join('\n')).toContain('Invoke Error');
  });

  test('at the timeout the process is killed and the next invocation starts afresh', async () => {
    const fn = await start('index.hang', { timeout: 0.3 });
    const first = await fn.invoke({ hang: false });
    const error = await errorOf(fn.invoke({ hang: true }));
    expect(error).toBeInstanceOf(FunctionTimeoutError);
    expect(error).toMatchObject({ code: 'FUNCTION_TIMEOUT', errorType: 'Sandbox.Timedout', seconds: 0.3 });
    expect(error.errorMessage).toBe(`RequestId: ${error.requestId} Error: Task timed out after 0.30 seconds`);
    expect(error.logs).toContain('hanging true');
    expect(error.logs.at(-1)).toMatch(/Task timed out after 0\.30 seconds$/);
    expect(isRunning(Number(first.payload))).toBe(false);
    const next = await fn.invoke({ hang: false });
    expect(next.payload).not.toBe(first.payload);
    expect(next.initDurationMs).toBeGreaterThan(0);
  });

  test('a handler that never yields is killed too', async () => {
    const fn = await start('index.spin', { timeout: 0.3 });
    const { payload } = await fn.invoke({ spin: false });
    expect(await errorOf(fn.invoke({ spin: true }))).toBeInstanceOf(FunctionTimeoutError);
    expect(isRunning(Number(payload))).toBe(false);
  });
});

test('a process that goes on after its answer, and never asks for more, is killed', async () => {
  const fn = await start('index.afterwards', { timeout: 1 });
  const { payload } = await fn.invoke({ spin: true });
  const next = async (): Promise<unknown> => {
    const [settled] = await Promise.allSettled([fn.invoke({ spin: false })]);
    return settled.status === 'fulfilled' ? settled.value.payload : settled.reason;
  };
  // The loop begins when its timer is due: before the process asks for the next invocation, while it has one, or after.
  let answer = await next();
  while (answer === payload) answer = await next();
  if (answer instanceof Error) expect(answer).toBeInstanceOf(FunctionTimeoutError);
  expect(isRunning(Number(payload))).toBe(false);
});

describe('a handler that cannot be loaded', () => {
  test.each([
    ['throws.handler', { errorType: 'SyntaxError', errorMessage: 'not today' }],
    ['exits.handler', { errorType: 'Runtime.ExitError', errorMessage: 'Runtime exited with error: exit status 3' }],
    ['missing.handler', { errorType: 'Runtime.ImportModuleError' }],
    ['index.missing', { errorType: 'Runtime.HandlerNotFound' }],
    ['index.notFunction', { errorType: 'Runtime.HandlerNotFound' }],
    ['index.callback', { errorType: 'Runtime.CallbackHandlerDeprecated' }],
  ])('%s', async (handler, report) => {
    const fn = await start(handler);
    for (let attempt = 0; attempt < 2; attempt++) {
      expect(await errorOf(fn.invoke({}))).toMatchObject({ phase: 'init', ...report });
    }
  });

  test('what it wrote is in the error', async () => {
    const fn = await start('throws.handler');
    const { logs } = await errorOf(fn.invoke({}));
    expect(logs).toContain('loading');
  });

  test('loading ends at its own timeout', async () => {
    const fn = await start('never.handler', { initTimeout: 0.3 });
    const error = await errorOf(fn.invoke({}));
    expect(error).toBeInstanceOf(FunctionTimeoutError);
    expect(error).toMatchObject({ phase: 'init', seconds: 0.3 });
    expect(error.message).toContain('Initialization timed out after 0.30 seconds');
  });

  test('a Node that is not there', async () => {
    const fn = await start('index.echo', { nodePath: '/nonexistent/node' });
    expect(await errorOf(fn.invoke({}))).toMatchObject({ phase: 'init', errorType: 'Runtime.InvalidEntrypoint' });
  });
});

test('another runtime client may take the place of the own one', async () => {
  const client = `
    const api = 'http://' + process.env.AWS_LAMBDA_RUNTIME_API + '/2018-06-01/runtime';
    const post = async (path) => (await fetch(api + path, { method: 'POST', body: '{}' })).status;
    for (;;) {
      const next = await fetch(api + '/invocation/next');
      const id = next.headers.get('lambda-runtime-aws-request-id');
      const seen = {
        handler: process.argv[2],
        event: await next.json(),
        deadline: Number(next.headers.get('lambda-runtime-deadline-ms')) > Date.now(),
        arn: next.headers.get('lambda-runtime-invoked-function-arn'),
        otherId: await post('/invocation/other/response'),
        otherPath: await post('/nothing'),
      };
      await fetch(api + '/invocation/' + id + '/response', { method: 'POST', body: JSON.stringify(seen) });
    }`;
  const runtimeClient = join(taskRoot, 'client.mjs');
  await writeFile(runtimeClient, client);
  const fn = await start('index.echo', { runtimeClient });
  expect((await fn.invoke({ n: 1 })).payload).toEqual({
    handler: 'index.echo',
    event: { n: 1 },
    deadline: true,
    arn: fn.arn,
    otherId: 400,
    otherPath: 404,
  });
});

describe('at once', () => {
  test('by default one process takes one after the other', async () => {
    const fn = await start('index.echo');
    const results = await Promise.all(Array.from({ length: 20 }, (_, n) => fn.invoke({ n })));
    const payloads = results.map(({ payload }) => payload as { event: { n: number }; calls: number; pid: number });
    expect(payloads.map(({ event }) => event.n)).toEqual(Array.from({ length: 20 }, (_, n) => n));
    expect(payloads.map(({ calls }) => calls)).toEqual(Array.from({ length: 20 }, (_, n) => n + 1));
    expect(new Set(payloads.map(({ pid }) => pid)).size).toBe(1);
  });

  test('with a concurrency there are up to so many processes', async () => {
    const fn = await start('index.slow', { concurrency: 3 });
    const results = await Promise.all(Array.from({ length: 12 }, () => fn.invoke({ ms: 50 })));
    const pids = new Set(results.map(({ payload }) => payload));
    expect(pids.size).toBe(3);
    expect(results.filter(({ initDurationMs }) => initDurationMs !== undefined)).toHaveLength(3);
    await fn.stop();
    for (const pid of pids) expect(isRunning(Number(pid))).toBe(false);
  });
});

describe('stop', () => {
  test('ends what runs and what waits', async () => {
    const fn = await start('index.hang');
    const { payload } = await fn.invoke({ hang: false });
    const running = fn.invoke({ hang: true });
    const waiting = fn.invoke({ hang: false });
    const stopped = fn.stop();
    await expect(running).rejects.toBeInstanceOf(FunctionStoppedError);
    await expect(waiting).rejects.toBeInstanceOf(FunctionStoppedError);
    await stopped;
    await fn.stop();
    expect(isRunning(Number(payload))).toBe(false);
    await expect(fn.invoke({})).rejects.toBeInstanceOf(FunctionStoppedError);
  });

  test('works while a process starts, and before one has', async () => {
    const fn = await start('index.echo');
    const starting = fn.invoke({});
    await Promise.all([expect(starting).rejects.toBeInstanceOf(FunctionStoppedError), fn.stop()]);
    const unused = await start('index.echo');
    await unused[Symbol.asyncDispose]();
  });
});

test('an event of more than 6 MB is refused', async () => {
  const fn = await start('index.echo');
  const error = await fn.invoke('x'.repeat(6 * 1024 * 1024)).catch((error) => error);
  expect(error).toBeInstanceOf(PayloadTooLargeError);
  expect(error).toMatchObject({ code: 'PAYLOAD_TOO_LARGE', size: 6 * 1024 * 1024 + 2 });
});

test.each([
  [{ taskRoot: '/x', handler: 'index' }, 'handler must be file.export'],
  [{ taskRoot: '/x', handler: 'dist/.handler' }, 'handler must be file.export'],
  [{ file: '/x/orders.api.mjs' }, 'a dot in its name'],
  [{ file: '/x/index.mjs', timeout: 0 }, 'timeout'],
  [{ file: '/x/index.mjs', concurrency: Number.NaN }, 'concurrency'],
  [{ file: '/x/index.mjs', memorySize: -1 }, 'memorySize'],
])('wrong options are refused: %j', async (options, problem) => {
  await expect(startFunction(options as FunctionOptions)).rejects.toThrow(TypeError);
  await expect(startFunction(options as FunctionOptions)).rejects.toThrow(problem);
});
