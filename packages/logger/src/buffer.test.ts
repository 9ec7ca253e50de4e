import { setTimeout as sleep } from 'node:timers/promises';
import middy from '@middy/core';
import { type Invocation, invocationOf } from '@tabletheory/invocation';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { type LoggerOptions, logger } from './logger.ts';
import { onSigterm } from './sigterm.ts';
import { type Capture, capture, context, run } from './test-destination.ts';

beforeEach(() => {
  for (const name of ['AWS_LAMBDA_LOG_LEVEL', 'POWERTOOLS_LOG_LEVEL', 'LOG_LEVEL']) vi.stubEnv(name, undefined);
});
afterEach(() => {
  vi.unstubAllEnvs();
  process.removeListener('SIGTERM', onSigterm);
});

const messages = (out: Capture): string[] => out.records().map(({ message }) => message);

/** A request that logs one line of each level and then does what `work` does. */
function handlerOf(out: Capture, work: () => unknown) {
  return middy()
    .use(logger(out.options))
    .handler(async (_event, { log }) => {
      for (const level of ['trace', 'debug', 'info', 'error'] as const) log[level](level);
      return work();
    });
}

function fail(): never {
  throw new Error('failed');
}

describe('buffered lines', () => {
  test('of a request that succeeds are not written', async () => {
    const out = capture({ buffer: {} });
    await run(handlerOf(out, () => ({ statusCode: 200 })));
    expect(messages(out)).toEqual(['info', 'error', 'request']);
  });

  test('of a request that fails are written before its line, with the time they were logged at', async () => {
    const out = capture({ buffer: { level: 'debug' } });
    let logged = '';
    const handler = handlerOf(out, async () => {
      logged = new Date().toISOString();
      await sleep(30);
      fail();
    });
    await expect(run(handler)).rejects.toThrow('failed');
    expect(messages(out)).toEqual(['info', 'error', 'trace', 'debug', 'request']);
    const [, , trace, , request] = out.records();
    expect(trace).toMatchObject({ level: 'TRACE', function_request_id: 'request-1' });
    expect(trace.timestamp <= logged).toBe(true);
    expect(request.timestamp > logged).toBe(true);
  });

  test('are written for a response of status 500, and not for one of status 404', async () => {
    const out = capture({ buffer: {} });
    await run(handlerOf(out, () => ({ statusCode: 404 })));
    expect(messages(out)).not.toContain('debug');
    await run(handlerOf(out, () => ({ statusCode: 500 })));
    expect(messages(out)).toContain('debug');
  });

  test('of higher levels are kept too, where asked; the line of a request is always written', async () => {
    const out = capture({ buffer: { level: 'info' } });
    await run(handlerOf(out, () => 'ok'));
    expect(messages(out)).toEqual(['error', 'request']);
    await expect(run(handlerOf(out, fail))).rejects.toThrow();
    expect(messages(out).slice(2)).toEqual(['error', 'trace', 'debug', 'info', 'request']);
  });

  test('leave the level of the others as it is', async () => {
    const out = capture({ buffer: { level: 'debug' }, level: 'error' });
    await expect(run(handlerOf(out, fail))).rejects.toThrow();
    expect(messages(out)).toEqual(['error', 'trace', 'debug', 'request']);
  });

  test.each<[LoggerOptions]>([[{ buffer: {}, level: 'silent' }]])('are none with %j', async (options) => {
    const out = capture(options);
    await expect(run(handlerOf(out, fail))).rejects.toThrow();
    expect(out.text()).toBe('');
  });

  test('of a sampled request are written at once', async () => {
    const out = capture({ buffer: {}, sampleRate: 1 });
    await run(handlerOf(out, () => 'ok'));
    expect(messages(out)).toEqual(['debug', 'info', 'error', 'request']);
  });

  test('of child loggers are those of their request', async () => {
    const out = capture({ buffer: {} });
    const handler = middy()
      .use(logger(out.options))
      .handler(async (_event, { log }) => {
        log.child({ part: 'a' }).child({ detail: 'b' }, { level: 'trace' }).debug('grandchild');
        fail();
      });
    await expect(run(handler)).rejects.toThrow();
    expect(out.records()[0]).toMatchObject({ message: 'grandchild', part: 'a', detail: 'b' });
    expect(out.records()).toHaveLength(2);
  });

  test('keep to their bound: the oldest make room, and their number is told', async () => {
    const out = capture({ buffer: { maxBytes: 4_000 } });
    const handler = middy()
      .use(logger(out.options))
      .handler(async (_event, { log }) => {
        for (let i = 0; i < 50; i++) log.debug(`line ${i} ${'é'.repeat(50)}`);
        log.debug('x'.repeat(4_000)); // alone too large
        fail();
      });
    await expect(run(handler)).rejects.toThrow();
    const [note, ...kept] = out.records().slice(0, -1);
    expect(kept.at(-1).message).toMatch(/^line 49/);
    expect(note).toMatchObject({ message: 'buffered lines were dropped', dropped_lines: 51 - kept.length });
    const bytes = Buffer.byteLength(kept.map((line) => `${JSON.stringify(line)}\n`).join(''));
    expect(bytes).toBeLessThanOrEqual(4_000);
    expect(bytes).toBeGreaterThan(3_000);
  });

  test('of an early return are not written, those of an error in another middleware are', async () => {
    const out = capture({ buffer: {} });
    const logs = { before: (request: middy.Request) => invocationOf(request)?.log?.debug({}, 'sibling') };
    await run(
      middy()
        .use(logger(out.options))
        .use(logs)
        .before(() => 'early')
        .handler(fail),
    );
    expect(messages(out)).toEqual(['request']);
    const refused = middy().use(logger(out.options)).use(logs).before(fail).handler(fail);
    await expect(run(refused)).rejects.toThrow('failed');
    expect(messages(out)).toEqual(['request', 'sibling', 'request']);
  });

  test('are written when the deadline strikes, wherever the deadline is in the chain', async () => {
    for (const isFirst of [true, false]) {
      const out = capture({ buffer: {} });
      let invocation: Invocation | undefined;
      const strike = {
        before(request: middy.Request) {
          invocation = invocationOf(request);
        },
      };
      const chain = isFirst
        ? middy()
            .use({ before: (request: middy.Request) => void invocationOf(request) })
            .use(logger(out.options))
            .use(strike)
        : middy().use(logger(out.options)).use(strike);
      const handler = chain.handler(async (_event, { log }: any) => {
        log.debug('before');
        invocation?.strikeDeadline();
        expect(messages(out)).toEqual(['before']);
        log.debug('after');
        expect(messages(out)).toEqual(['before', 'after']);
        return 'in time';
      });
      expect(await run(handler)).toBe('in time');
      expect(messages(out)).toEqual(['before', 'after', 'request']);
    }
  });

  test("are written when Middy's early timeout ends the request; so is what the handler logs afterwards", async () => {
    const out = capture({ buffer: {} });
    const late = Promise.withResolvers<void>();
    const handler = middy({ timeoutEarlyInMillis: 20 })
      .use(logger(out.options))
      .handler(async (_event, { log }) => {
        log.debug('before');
        await late.promise;
        log.debug('late');
      });
    const lambda = { ...context, getRemainingTimeInMillis: () => 40 };
    await expect(run(handler, {}, lambda)).rejects.toThrow('aborted');
    expect(messages(out)).toEqual(['before', 'request']);
    // The next request of the environment, while the abandoned one goes on.
    await run(handlerOf(out, () => 'ok'));
    late.resolve();
    await vi.waitFor(() => expect(messages(out)).toContain('late'));
    expect(messages(out).slice(2)).toEqual(['info', 'error', 'request', 'late']);
  });

  test('of many interleaved requests stay apart', async () => {
    const out = capture({ buffer: {} });
    const all = Promise.withResolvers<void>();
    let arrived = 0;
    const handler = middy<{ number: number }>()
      .use(logger(out.options))
      .handler(async ({ number }, { log }) => {
        log.debug(`first ${number}`);
        if (++arrived === 50) all.resolve();
        await all.promise;
        log.debug(`second ${number}`);
        if (number % 2 === 1) fail();
      });
    const requests = Array.from({ length: 50 }, (_, number) =>
      run(handler as never, { number }, { ...context, awsRequestId: `request-${number}` }).catch(() => {}),
    );
    await Promise.all(requests);
    const debug = out.records().filter(({ level }) => level === 'DEBUG');
    expect(debug).toHaveLength(50);
    for (const line of debug) {
      expect(line.function_request_id).toBe(`request-${line.message.split(' ')[1]}`);
      expect(Number(line.message.split(' ')[1]) % 2).toBe(1);
    }
  });

  test('do not fail the request when the destination does', async () => {
    const destination = {
      write() {
        throw new Error('disk full');
      },
    };
    const handler = middy()
      .use(logger({ destination, buffer: {} }))
      .handler(async (_event, { log }) => {
        log.debug('lost');
        fail();
      });
    await expect(run(handler)).rejects.toThrow('failed');
  });
});

test('log.flush() reaches the destination through the buffer', async () => {
  const flush = vi.fn((callback?: () => void) => callback?.());
  const out = capture();
  for (const destination of [Object.assign({ flush }, out.options.destination), out.options.destination]) {
    const handler = middy()
      .use(logger({ buffer: {}, destination }))
      .handler((_event, { log }) => new Promise<string>((resolve) => log.flush(() => resolve('flushed'))));
    expect(await run(handler)).toBe('flushed');
  }
  expect(flush).toHaveBeenCalledOnce();
});
