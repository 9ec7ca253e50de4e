import middy from '@middy/core';
import { defineModel, string } from '@tabletheory/core';
import { enter, leave } from '@tabletheory/invocation';
import {
  type CapturedLines,
  captureLines,
  invokeHandler,
  matchers,
  testContext,
  useEngine,
  useXRayDaemon,
} from '@tabletheory/testkit';
import { validator } from '@tabletheory/validator';
import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { durableMode, runDurable, runStreamed, streamedMode } from '../../../test/support/modes.ts';
import { toLambdaHandler } from './lambda-handler.ts';
import { tableTheoryPlugin } from './plugin.ts';
import { type PresetOptions, tableTheory } from './preset.ts';
import { tableTheoryValidateOptions } from './preset-options.ts';

expect.extend(matchers);
afterEach(() => {
  vi.unstubAllEnvs();
  vi.unstubAllGlobals();
});

const Order = defineModel({
  name: 'Order',
  table: 'orders',
  key: { partition: 'orderId' },
  attributes: { orderId: string(), email: string({ optional: true, sensitive: true }) },
});
const models = { orders: Order };
const everything = { models, metrics: { namespace: 'Orders' }, validator: validator({ event: {} }) };
const nothing = {
  models,
  logger: false,
  metrics: false,
  xray: false,
  deadline: false,
  memoryStats: false,
  httpErrors: false,
} as const;

/** The middlewares, by the names of their hooks. */
function namesOf(middlewares: readonly middy.MiddlewareObj<any, any, any, any>[]): string[] {
  return middlewares.map(({ before, onError }) => (before ?? onError)?.name.replace(/Middleware.*/, '') ?? '');
}

/** What a call throws. */
function messageOf(call: () => unknown): string {
  try {
    call();
  } catch (error) {
    expect(error).toBeInstanceOf(TypeError);
    return (error as Error).message;
  }
  return 'nothing';
}

describe('the preset', () => {
  it('has the middlewares in order: what reports goes around what can fail', () => {
    expect(namesOf(tableTheory(everything))).toEqual([
      'logger',
      'metrics',
      'xray',
      'deadline',
      'memoryStats',
      'httpErrors',
      'dynamodb',
      'validator',
    ]);
  });

  it('leaves metrics and the validator out unless given', () => {
    const names = ['logger', 'xray', 'deadline', 'memoryStats', 'httpErrors', 'dynamodb'];
    expect(namesOf(tableTheory({ models }))).toEqual(names);
    expect(namesOf(tableTheory({ models, metrics: undefined, validator: undefined, xray: undefined }))).toEqual(names);
  });

  it.each(['logger', 'metrics', 'xray', 'deadline', 'memoryStats', 'httpErrors'] as const)('leaves %s out', (name) => {
    const all = namesOf(tableTheory(everything));
    expect(namesOf(tableTheory({ ...everything, [name]: false }))).toEqual(all.filter((one) => one !== name));
  });

  it('can be the tables alone', () => {
    expect(namesOf(tableTheory(nothing))).toEqual(['dynamodb']);
  });
});

describe('options of the preset', () => {
  it.each([
    [undefined, 'options must be an object'],
    [{}, 'option models is missing'],
    [{ models: { orders: 'orders' } }, 'option models.orders must be an object'],
    [{ models, service: '' }, 'option service must not be empty'],
    [{ models, tracer: false }, /^option tracer is unknown; known are models, service, logger, /],
    [{ models, logger: true }, 'option logger must be an object, or option logger must be one of false'],
    [{ models, dynamodb: false }, 'option dynamodb must be an object'],
    [{ models, validator: false }, 'option validator must be an object'],
    [
      { models, logger: { contextKey: 'logs' } },
      "option logger.contextKey is not taken: the preset's keys of the context are fixed",
    ],
    [
      { models, dynamodb: { contextKey: 'db' } },
      "option dynamodb.contextKey is not taken: the preset's keys of the context are fixed",
    ],
  ])('refuse %o', (options, problem) => {
    const messages = [tableTheory, tableTheoryValidateOptions].map((call) => messageOf(() => call(options as never)));
    expect(messages[0]).toBe(messages[1]);
    const [, ofPackage] = /^@tabletheory\/middy: (.*)$/.exec(messages[0] as string) ?? [];
    if (typeof problem === 'string') expect(ofPackage).toBe(problem);
    else expect(ofPackage).toMatch(problem);
  });

  it.each([
    [{ logger: { level: 'loud' } }, /^@tabletheory\/logger: option level must be one of /],
    [{ metrics: { namespace: 1 } }, '@tabletheory/metrics: option namespace must be a string'],
    [{ metrics: {} }, /^@tabletheory\/metrics: option namespace is missing/],
    [{ xray: { name: 1 } }, /^@tabletheory\/xray: option name must /],
    [{ deadline: { reserve: -1 } }, /^@tabletheory\/deadline: option reserve must /],
    [{ memoryStats: { gc: 'yes' } }, '@tabletheory/memory-stats: option gc must be a boolean'],
    [{ httpErrors: { statuses: { A: 200 } } }, '@tabletheory/http-errors: option statuses.A must be at least 400'],
    [{ dynamodb: { warmUp: 1 } }, '@tabletheory/dynamodb: option warmUp must be a boolean'],
    [{ dynamodb: { client: {}, config: {} } }, '@tabletheory/dynamodb: options client and config exclude each other'],
  ])('of a middleware are refused by it: %o', (options, problem) => {
    const message = messageOf(() => tableTheory({ models, ...options } as never));
    if (typeof problem === 'string') expect(message).toBe(problem);
    else expect(message).toMatch(problem);
  });

  it('of a middleware are not looked at to check those of the preset', () => {
    expect(() => tableTheoryValidateOptions({ models, deadline: { reserve: -1 } })).not.toThrow();
    expect(() => tableTheoryValidateOptions({ models, validator: validator({ event: {} }) })).not.toThrow();
  });
});

describe('a chain with the preset', () => {
  const engine = useEngine({ models, emptyBeforeEach: true });
  const xrayDaemon = useXRayDaemon();

  /** Options that write to captured lines. */
  const writingTo = (lines: CapturedLines) => ({
    models,
    service: 'orders',
    logger: { destination: lines },
    metrics: { namespace: 'Orders', destination: lines },
  });

  it('logs, counts, traces and reads', async () => {
    await engine.tables().orders.create({ orderId: 'o-1', email: 'ada@example.com' });
    const lines = captureLines();
    const preset = tableTheory({ ...writingTo(lines), xray: { name: 'read-order' } });
    const handler = middy<{ orderId: string }>(tableTheoryPlugin())
      .use(preset)
      .handler(async ({ orderId }, { tables, log, metrics, trace, deadline, memory }) => {
        expect(deadline.remaining()).toBeGreaterThan(0);
        expect(memory.read().rss).toBeGreaterThan(0);
        expect(trace.sampled).toBe(true);
        const order = await tables.orders.getOrThrow({ orderId });
        log.info({ order }, 'read');
        metrics.add('OrderRead', 'Count', 1);
        return order.orderId;
      });
    expect(await invokeHandler(handler, { orderId: 'o-1' })).toBe('o-1');
    expect(lines).toHaveLogged({ message: 'read', service: 'orders', order: { email: '[redacted]' } });
    expect(lines).toHaveLogged({
      message: 'request',
      outcome: 'success',
      table: { operations: 1, read_capacity: 0.5 },
    });
    expect(lines).toHaveEmittedMetric('OrderRead', { value: 1, unit: 'Count', dimensions: { service: 'orders' } });
    expect(lines).toHaveEmittedMetric('ConsumedReadCapacityUnits', { value: 0.5, dimensions: { table: 'orders' } });
    expect(lines).toHaveEmittedMetric('MemoryUsed');
    const segments = await xrayDaemon.waitFor((all) => all.some(({ name }) => name === '## read-order'));
    expect(segments).toHaveTraced({ operation: 'GetItem', table: 'orders' });
  });

  it('answers errors, and reports them with their response', async () => {
    const lines = captureLines();
    const preset = tableTheory({ ...writingTo(lines), httpErrors: { statuses: { OUT_OF_STOCK: 409 } } });
    const handler = middy<Partial<APIGatewayProxyEventV2>>(tableTheoryPlugin())
      .use(preset)
      .handler(async (): Promise<{ statusCode: number }> => {
        throw Object.assign(new Error('none left'), { code: 'OUT_OF_STOCK' });
      });
    expect(await invokeHandler(handler, {})).toMatchObject({ statusCode: 409 });
    expect(lines).toHaveLogged({ message: 'request', level: 'WARN', status_code: 409, outcome: 'error' });
    expect(lines).toHaveEmittedMetric('RequestError', { value: 1 });
    expect(await xrayDaemon.waitFor(1)).toMatchObject([{ error: true }]);
  });

  it('answers what its validator refuses', async () => {
    const lines = captureLines();
    const preset = tableTheory({ ...writingTo(lines), validator: validator({ body: Order.jsonSchema('key') }) });
    const handler = middy<Partial<APIGatewayProxyEventV2>>(tableTheoryPlugin())
      .use(preset)
      .handler(async (_event, { input, tables }) => ({
        statusCode: (await tables.orders.get(input)) ? 200 : 404,
      }));
    const headers = { 'content-type': 'application/json' };
    const send = (body: object) => invokeHandler(handler, { headers, body: JSON.stringify(body) });
    expect(await send({ orderId: 1 })).toMatchObject({ statusCode: 400 });
    expect(await send({ orderId: 'o-1' })).toEqual({ statusCode: 404 });
    expect(lines).toHaveEmittedMetric('ValidationFailure', { value: 1 });
  });

  it('reports a request that failed before it', async () => {
    const lines = captureLines();
    const preset = tableTheory(writingTo(lines));
    const handler = middy(tableTheoryPlugin())
      .before(() => {
        throw new Error('failed');
      })
      .use(preset)
      .handler(async () => ({ statusCode: 200 }));
    expect(await invokeHandler(handler, {})).toMatchObject({ statusCode: 500 });
    expect(lines).toHaveLogged({ message: 'request', level: 'ERROR', error: { message: 'failed' } });
    expect(lines).toHaveEmittedMetric('RequestFault', { value: 1 });
  });

  it('keeps requests apart that run at the same time', async () => {
    const lines = captureLines();
    const preset = tableTheory(writingTo(lines));
    const secondStarted = Promise.withResolvers<void>();
    const firstEnded = Promise.withResolvers<void>();
    const handler = middy<{ orderId: string }>(tableTheoryPlugin())
      .use(preset)
      .handler(async ({ orderId }, { tables, log }) => {
        if (orderId === 'o-1') {
          await secondStarted.promise;
        } else {
          secondStarted.resolve();
          await firstEnded.promise;
          await tables.orders.get({ orderId });
        }
        await tables.orders.get({ orderId });
        log.info({ orderId }, 'read');
        return orderId;
      });
    const first = invokeHandler(handler, { orderId: 'o-1' }, { awsRequestId: 'r-1' });
    const second = invokeHandler(handler, { orderId: 'o-2' }, { awsRequestId: 'r-2' });
    expect(await first).toBe('o-1');
    firstEnded.resolve();
    expect(await second).toBe('o-2');
    expect(lines).toHaveLogged({ message: 'read', orderId: 'o-1', function_request_id: 'r-1' });
    expect(lines).toHaveLogged({ message: 'read', orderId: 'o-2', function_request_id: 'r-2' });
    expect(lines).toHaveLogged({ message: 'request', function_request_id: 'r-1', table: { operations: 1 } });
    expect(lines).toHaveLogged({ message: 'request', function_request_id: 'r-2', table: { operations: 2 } });
  });

  it('has its deadline stop the tables', async () => {
    const lines = captureLines();
    const preset = tableTheory({ ...writingTo(lines), deadline: { reserve: 100 } });
    const handler = middy<{ orderId: string }>(tableTheoryPlugin())
      .use(preset)
      .handler(async ({ orderId }, { tables, deadline }) => {
        const { signal } = deadline;
        await new Promise((resolve) => signal.addEventListener('abort', resolve, { once: true }));
        await tables.orders.get({ orderId });
        return { statusCode: 200 };
      });
    const response = await invokeHandler(handler, { orderId: 'o-1' }, { timeout: 200 });
    expect(response).toMatchObject({ statusCode: 504 });
    expect(lines).toHaveLogged({ message: 'deadline reached' });
    expect(lines).toHaveEmittedMetric('DeadlineExceeded', { value: 1 });
  });

  describe.each([
    ['streamed', streamedMode, runStreamed],
    ['durable', durableMode, runDurable],
  ] as const)('in %s mode', (_name, mode, runIn) => {
    it('reports success, failure and an early response', async () => {
      const lines = captureLines();
      const handler = middy<{ act: string }>({ ...tableTheoryPlugin(), ...(await mode()) })
        .use(tableTheory({ ...writingTo(lines), httpErrors: false }))
        .before(({ event }) => (event.act === 'answer early' ? 'early' : undefined))
        .handler(async ({ act }, { tables }) => {
          await tables.orders.get({ orderId: 'o-1' });
          if (act === 'fail') throw new Error('failed');
          return 'ok';
        });
      const context = testContext();
      expect(await runIn(handler, { act: 'read' }, context)).toBe('ok');
      await expect(runIn(handler, { act: 'fail' }, context)).rejects.toThrow('failed');
      expect(await runIn(handler, { act: 'answer early' }, context)).toBe('early');
      const requests = lines.logs().filter(({ message }) => message === 'request');
      expect(requests.map(({ outcome, table }) => [outcome, table?.operations])).toEqual([
        ['success', 1],
        ['error', 1],
        ['early', undefined],
      ]);
      expect(lines).toHaveEmittedMetric('EarlyResponse', { value: 1 });
      await xrayDaemon.waitFor((segments) => segments.filter(({ name }) => name === '## test-function').length === 3);
    });
  });

  describe('that answers early, with the plugin', () => {
    it('reports the request', async () => {
      const lines = captureLines();
      const preset = tableTheory({ ...writingTo(lines), xray: { name: 'early' } });
      const handler = middy(tableTheoryPlugin())
        .use(preset)
        .before(() => 'early')
        .handler(async () => 'late');
      expect(await invokeHandler(handler, {})).toBe('early');
      expect(lines).toHaveLogged({ message: 'request', outcome: 'early' });
      expect(lines).toHaveEmittedMetric('EarlyResponse', { value: 1 });
      expect(await xrayDaemon.waitFor(1)).toHaveTraced({ name: '## early' });
    });

    it('waits for what is still being sent', async () => {
      let sent = false;
      const own = {};
      const slow: middy.MiddlewareObj = {
        before: (request) => {
          enter(request, own).onEnd(async () => {
            await new Promise((resolve) => setTimeout(resolve, 30));
            sent = true;
          });
        },
        after: (request) => leave(request, own),
      };
      const handler = middy(tableTheoryPlugin())
        .use(tableTheory(writingTo(captureLines())))
        .use(slow)
        .before(() => 'early')
        .handler(async () => 'late');
      await invokeHandler(handler, {});
      expect(sent).toBe(true);
    });
  });
});

describe('the option service', () => {
  const serviceOf = async (options: Omit<PresetOptions, 'models'>): Promise<[unknown, unknown]> => {
    const lines = captureLines();
    const { logger, metrics, ...others } = options;
    const handler = middy()
      .use(
        tableTheory({
          models,
          ...others,
          logger: { ...(logger || {}), destination: lines },
          metrics: { namespace: 'Orders', ...(metrics || {}), destination: lines },
        } as PresetOptions),
      )
      .handler(async () => 'ok');
    await invokeHandler(handler, {});
    return [lines.logs()[0]?.service, lines.metrics()[0]?.dimensions.service];
  };

  it('is passed on to logger and metrics', async () => {
    expect(await serviceOf({ service: 'orders' })).toEqual(['orders', 'orders']);
  });

  it('gives way to theirs', async () => {
    expect(await serviceOf({ service: 'orders', logger: { service: 'log' }, metrics: { service: 'metric' } })).toEqual([
      'log',
      'metric',
    ]);
    const unset = { service: undefined };
    expect(await serviceOf({ service: 'orders', logger: unset, metrics: unset })).toEqual(['orders', 'orders']);
  });

  it('gives way to the environment when it is not given', async () => {
    vi.stubEnv('POWERTOOLS_SERVICE_NAME', 'environment');
    expect(await serviceOf({})).toEqual(['environment', 'environment']);
    expect(await serviceOf({ service: 'orders' })).toEqual(['orders', 'orders']);
  });
});

describe('toLambdaHandler', () => {
  it('calls the handler with event and context, and nothing else', async () => {
    const calls: unknown[][] = [];
    const handler = toLambdaHandler(async (...args: [event: string, context: never]) => {
      calls.push(args);
      return 'ok';
    });
    const context = {};
    expect(await handler('event', context as never)).toBe('ok');
    expect(calls).toEqual([['event', context]]);
    // aws-lambda-ric refuses handlers with a callback.
    expect(handler).toHaveLength(2);
  });
});
