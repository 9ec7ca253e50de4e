import middy from '@middy/core';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { type LoggerOptions, logger } from './logger.ts';
import { capture, context, run } from './test-destination.ts';

const variables = [
  'AWS_LAMBDA_LOG_LEVEL',
  'AWS_LAMBDA_LOG_FORMAT',
  'POWERTOOLS_LOG_LEVEL',
  'POWERTOOLS_LOGGER_SAMPLE_RATE',
  'LOG_LEVEL',
];
beforeEach(() => {
  for (const name of variables) vi.stubEnv(name, undefined);
});
afterEach(() => {
  vi.unstubAllEnvs();
  vi.restoreAllMocks();
});

/** What a request writes that logs one line of each level, without the line of the request. */
async function written(options: LoggerOptions, requestId = 'request-1'): Promise<any[]> {
  const out = capture(options);
  const handler = middy()
    .use(logger(out.options))
    .handler(async (_event, { log }) => {
      for (const level of ['trace', 'debug', 'info', 'warn', 'error', 'fatal'] as const) log[level](level);
    });
  await run(handler, {}, { ...context, awsRequestId: requestId });
  return out.records().filter(({ message }) => message !== 'request');
}

async function levels(options: LoggerOptions): Promise<string[]> {
  return (await written(options)).filter(({ message }) => !message.includes('AWS_')).map(({ message }) => message);
}

describe("Lambda's advanced logging controls", () => {
  test.each<[LoggerOptions, Record<string, string>, string, boolean]>([
    [{ level: 'debug' }, { AWS_LAMBDA_LOG_LEVEL: 'WARN' }, 'warn', true],
    [{}, { AWS_LAMBDA_LOG_LEVEL: 'WARN', POWERTOOLS_LOG_LEVEL: 'DEBUG' }, 'warn', true],
    [{ level: 'error' }, { AWS_LAMBDA_LOG_LEVEL: 'DEBUG' }, 'error', false],
    [{}, { AWS_LAMBDA_LOG_LEVEL: 'DEBUG', POWERTOOLS_LOG_LEVEL: 'ERROR' }, 'debug', false],
    [{ level: 'warn' }, { AWS_LAMBDA_LOG_LEVEL: 'WARN' }, 'warn', false],
    [{ level: 'debug' }, { AWS_LAMBDA_LOG_LEVEL: 'WARN', AWS_LAMBDA_LOG_FORMAT: 'JSON' }, 'warn', true],
    // In this format Lambda discards nothing.
    [{ level: 'debug' }, { AWS_LAMBDA_LOG_LEVEL: 'WARN', AWS_LAMBDA_LOG_FORMAT: 'Text' }, 'debug', false],
  ])('%j with %j writes %s and above', async (options, environment, least, isTold) => {
    for (const [name, value] of Object.entries(environment)) vi.stubEnv(name, value);
    const all = ['trace', 'debug', 'info', 'warn', 'error', 'fatal'];
    expect(await levels(options)).toEqual(all.slice(all.indexOf(least)));
    const told = (await written(options)).filter(({ message }) => message.includes('AWS_LAMBDA_LOG_LEVEL'));
    expect(told.map(({ level }) => level)).toEqual(isTold ? ['WARN'] : []);
  });

  test('tell once of a sample rate and a buffer that could write nothing', async () => {
    vi.stubEnv('AWS_LAMBDA_LOG_LEVEL', 'INFO');
    vi.spyOn(Math, 'random').mockReturnValue(0);
    const records = await written({ sampleRate: 1, buffer: {} });
    expect(records.slice(0, 2).map(({ level, message }) => `${level} ${message.split(',')[0]}`)).toEqual([
      'WARN sampleRate asks for debug',
      'WARN buffer.level asks for debug',
    ]);
    expect(records.slice(2).map(({ message }) => message)).toEqual(['info', 'warn', 'error', 'fatal']);
  });
});

describe('sampling', () => {
  test('is decided for each request, and told on each line', async () => {
    const random = vi.spyOn(Math, 'random');
    const out = capture({ sampleRate: 0.25 });
    const handler = middy()
      .use(logger(out.options))
      .handler(async (_event, { log }) => {
        log.child({ part: 'child' }).debug('debug');
        log.trace('trace');
      });
    for (const value of [0.24, 0.25, 0, 0.9]) {
      random.mockReturnValueOnce(value);
      await run(handler, {}, { ...context, awsRequestId: `request-${value}` });
    }
    const lines = out.records();
    expect(lines.filter(({ message }) => message === 'debug').map((line) => line.function_request_id)).toEqual([
      'request-0.24',
      'request-0',
    ]);
    expect(lines.filter(({ message }) => message === 'request')).toHaveLength(4);
    expect(lines.every((line) => line.sampling_rate === 0.25)).toBe(true);
    expect(out.text()).not.toContain('"message":"trace"');
  });

  test.each<[LoggerOptions, string | undefined, boolean]>([
    [{}, undefined, false],
    [{}, '1', true],
    [{}, '2', false],
    [{}, 'often', false],
    [{ sampleRate: 0 }, '1', false],
    [{ sampleRate: 1 }, undefined, true],
    [{ sampleRate: 1, level: 'silent' }, undefined, false],
  ])('with %j and POWERTOOLS_LOGGER_SAMPLE_RATE %s writes debug: %s', async (options, variable, isWritten) => {
    vi.stubEnv('POWERTOOLS_LOGGER_SAMPLE_RATE', variable);
    expect((await levels(options)).includes('debug')).toBe(isWritten);
  });

  test('leaves a logger that writes everything as it is', async () => {
    expect(await levels({ level: 'trace', sampleRate: 1 })).toContain('trace');
  });

  test('two interleaved requests are sampled apart', async () => {
    const out = capture({ sampleRate: 0.5 });
    vi.spyOn(Math, 'random').mockReturnValueOnce(0).mockReturnValueOnce(0.9);
    const both = Promise.withResolvers<void>();
    let arrived = 0;
    const handler = middy<{ name: string }>()
      .use(logger(out.options))
      .handler(async (event, { log }) => {
        if (++arrived === 2) both.resolve();
        await both.promise;
        log.debug(event.name);
      });
    await Promise.all(['a', 'b'].map((name) => run(handler as never, { name })));
    const debug = out.records().filter(({ level }) => level === 'DEBUG');
    expect(debug.map(({ message }) => message)).toEqual(['a']);
  });
});
