import { spawnSync } from 'node:child_process';
import middy from '@middy/core';
import { invocationOf } from '@tabletheory/invocation';
import { multistream } from 'pino';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { type LoggerOptions, logger, loggerValidateOptions } from './logger.ts';
import { capture, context, run } from './test-destination.ts';

const variables = [
  'AWS_LAMBDA_LOG_LEVEL',
  'POWERTOOLS_LOG_LEVEL',
  'LOG_LEVEL',
  'POWERTOOLS_SERVICE_NAME',
  'AWS_LAMBDA_FUNCTION_NAME',
  '_X_AMZN_TRACE_ID',
];
beforeEach(() => {
  for (const name of variables) vi.stubEnv(name, undefined);
});
afterEach(() => {
  vi.unstubAllEnvs();
  Reflect.deleteProperty(globalThis, 'awslambda');
});

describe('lines', () => {
  test('carry the key names of Powertools for AWS Lambda', async () => {
    vi.stubEnv('_X_AMZN_TRACE_ID', 'Root=1-5759e988-bd862e3fe1be46a994272793;Parent=53995c3f42cd8ad8;Sampled=1');
    const out = capture();
    const handler = middy()
      .use(logger(out.options))
      .handler(async (_event, { log }) => {
        log.info({ orderId: 'o-1' }, 'order created');
      });
    await run(handler);
    const [line] = out.records();
    expect(line).toEqual({
      level: 'INFO',
      timestamp: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/),
      service: 'orders',
      cold_start: expect.any(Boolean),
      function_name: 'orders',
      function_memory_size: 512,
      function_arn: context.invokedFunctionArn,
      function_request_id: 'request-1',
      xray_trace_id: '1-5759e988-bd862e3fe1be46a994272793',
      orderId: 'o-1',
      message: 'order created',
    });
    expect(out.text().endsWith('\n')).toBe(true);
  });

  test('are on standard output before the process can freeze', () => {
    const program = `
      import { registerHooks } from 'node:module';
      import middy from '@middy/core';
      const invocation = '${new URL('../../invocation/src/index.ts', import.meta.url).href}';
      registerHooks({
        resolve: (name, context, next) => next(name === '@tabletheory/invocation' ? invocation : name, context),
      });
      const { logger } = await import('${new URL('./index.ts', import.meta.url).href}');
      const handler = middy().use(logger()).handler(async (_event, { log }) => {
        log.info('written');
        process.kill(process.pid, 'SIGKILL');
      });
      await handler({}, {});
    `;
    const { stdout, signal } = spawnSync(process.execPath, ['--input-type=module', '--eval', program], {
      cwd: import.meta.dirname,
      encoding: 'utf8',
    });
    expect(signal).toBe('SIGKILL');
    expect(JSON.parse(stdout)).toMatchObject({ level: 'INFO', message: 'written', service: 'service_undefined' });
  });

  test('take the trace id from the invoke store where several requests run at once', async () => {
    const InvokeStore = { getXRayTraceId: () => 'Root=1-11111111-222222222222222222222222;Parent=1;Sampled=0' };
    (globalThis as Record<string, unknown>).awslambda = { InvokeStore };
    const out = capture();
    await run(
      middy()
        .use(logger(out.options))
        .handler(async () => {}),
    );
    expect(out.last().xray_trace_id).toBe('1-11111111-222222222222222222222222');
  });

  test('hold base values and no Lambda values outside Lambda', async () => {
    const out = capture({ base: { stage: 'test' } });
    await run(
      middy()
        .use(logger(out.options))
        .handler(async () => {}),
      {},
      {},
    );
    expect(Object.keys(out.last()).sort()).toEqual(
      ['level', 'timestamp', 'service', 'stage', 'cold_start', 'outcome', 'duration_ms', 'message'].sort(),
    );
  });
});

describe('level and service', () => {
  async function levelOfEnvironment(environment: Record<string, string>, options: LoggerOptions = {}) {
    for (const [name, value] of Object.entries(environment)) vi.stubEnv(name, value);
    let level = '';
    const handler = middy()
      .use(logger({ ...capture().options, ...options }))
      .handler(async (_event, { log }) => {
        level = log.level;
      });
    await run(handler);
    return level;
  }

  test.each([
    [{}, 'info'],
    [{ AWS_LAMBDA_LOG_LEVEL: 'DEBUG', LOG_LEVEL: 'error' }, 'debug'],
    [{ AWS_LAMBDA_LOG_LEVEL: 'TRACE', POWERTOOLS_LOG_LEVEL: 'WARN' }, 'trace'],
    [{ POWERTOOLS_LOG_LEVEL: 'WARN', LOG_LEVEL: 'error' }, 'warn'],
    [{ POWERTOOLS_LOG_LEVEL: 'CRITICAL' }, 'fatal'],
    [{ LOG_LEVEL: 'SILENT' }, 'silent'],
    [{ AWS_LAMBDA_LOG_LEVEL: 'loud', LOG_LEVEL: 'error' }, 'error'],
  ])('environment %j gives level %s', async (environment, level) => {
    expect(await levelOfEnvironment(environment as Record<string, string>)).toBe(level);
  });

  test('the level option goes before the environment', async () => {
    expect(await levelOfEnvironment({ AWS_LAMBDA_LOG_LEVEL: 'DEBUG' }, { level: 'error' })).toBe('error');
  });

  test('service comes from the environment', async () => {
    const out = capture({ service: undefined });
    vi.stubEnv('AWS_LAMBDA_FUNCTION_NAME', 'function');
    await run(
      middy()
        .use(logger(out.options))
        .handler(async () => {}),
    );
    expect(out.last().service).toBe('function');
    vi.stubEnv('POWERTOOLS_SERVICE_NAME', 'powertools');
    await run(
      middy()
        .use(logger(out.options))
        .handler(async () => {}),
    );
    expect(out.last().service).toBe('powertools');
  });
});

test('two interleaved requests keep their own loggers', async () => {
  const out = capture();
  let arrived = 0;
  let release: () => void;
  const both = new Promise<void>((resolve) => {
    release = resolve;
  });
  const handler = middy<{ name: string }>()
    .use(logger(out.options))
    .handler(async (event, { log }) => {
      log.info(`${event.name} first`);
      if (++arrived === 2) release();
      await both;
      log.info(`${event.name} second`);
    });
  await Promise.all(
    ['a', 'b'].map((name) => run(handler as never, { name }, { ...context, awsRequestId: `request-${name}` })),
  );
  const seen = out.records().map((line) => `${line.function_request_id} ${line.message}`);
  expect(seen.slice(0, 2)).toEqual(['request-a a first', 'request-b b first']);
  expect(seen.filter((line) => line.startsWith('request-a'))).toEqual(
    ['a first', 'a second', 'request'].map((m) => `request-a ${m}`),
  );
  expect(seen.filter((line) => line.startsWith('request-b'))).toEqual(
    ['b first', 'b second', 'request'].map((m) => `request-b ${m}`),
  );
});

test('contextKey names the key of the context', async () => {
  const out = capture();
  const handler = middy()
    .use(logger({ ...out.options, contextKey: 'journal' }))
    .handler(async (_event, { journal }) => {
      journal.warn('here');
    });
  await run(handler);
  expect(out.records()[0]).toMatchObject({ level: 'WARN', message: 'here' });
});

test('siblings find the logger on the invocation', async () => {
  const out = capture();
  const sibling = {
    before: (request: middy.Request) => invocationOf(request)?.log?.info({ from: 'sibling' }, 'hello'),
  };
  await run(
    middy()
      .use(logger(out.options))
      .use(sibling)
      .handler(async () => {}),
  );
  expect(out.records()[0]).toMatchObject({ from: 'sibling', message: 'hello', function_request_id: 'request-1' });
});

test('wrong options are refused by name', () => {
  expect(() => logger({ level: 'loud' as 'info' })).toThrow(
    new TypeError('@tabletheory/logger: option level must be one of trace, debug, info, warn, error, fatal, silent'),
  );
  expect(() => logger({ servcie: 'x' } as object)).toThrow(/option servcie is unknown/);
  expect(() => logger({ redact: [1] as unknown as string[] })).toThrow(/option redact\[0\]/);
  expect(() => loggerValidateOptions({ destination: 'stdout' })).toThrow(/destination must be an object/);
  expect(() => logger({ sampleRate: 1.5 })).toThrow(/option sampleRate must be at most 1/);
  expect(() => logger({ buffer: { level: 'error' as 'warn' } })).toThrow(/option buffer.level must be one of trace/);
  expect(() => logger({ buffer: { maxBytes: 0 } })).toThrow(/option buffer.maxBytes must be at least 1/);
  expect(() => logger({ buffer: { size: 1 } as object })).toThrow(/option buffer.size is unknown/);
  expect(() => logger({ correlationId: 1 as unknown as string })).toThrow(/option correlationId must be a/);
  expect(() => logger({ logEvent: 'yes' as unknown as boolean })).toThrow(/option logEvent must be a boolean/);
  expect(() => logger({ buffer: {}, destination: multistream([]) })).toThrow(/option buffer cannot be combined/);
  expect(() => loggerValidateOptions({})).not.toThrow();
});
