import middy from '@middy/core';
import { invocationOf } from '@tabletheory/invocation';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { metrics } from './metrics.ts';
import { metricsValidateOptions } from './options.ts';
import { call } from './test-chain.ts';
import { type DocumentSink, documentSink } from './test-documents.ts';

let sink: DocumentSink;
const use = () => metrics({ namespace: 'Shop', destination: sink });

beforeEach(() => {
  sink = documentSink();
  for (const name of ['NAMESPACE', 'DISABLED']) vi.stubEnv(`POWERTOOLS_METRICS_${name}`, undefined);
  for (const name of ['POWERTOOLS_SERVICE_NAME', 'AWS_LAMBDA_FUNCTION_NAME']) vi.stubEnv(name, undefined);
});
afterEach(() => vi.unstubAllEnvs());

describe('the environment', () => {
  it('gives namespace and service', async () => {
    vi.stubEnv('POWERTOOLS_METRICS_NAMESPACE', 'FromEnvironment');
    vi.stubEnv('POWERTOOLS_SERVICE_NAME', 'payment');
    await call(
      middy()
        .use(metrics({ destination: sink }))
        .handler(() => 'ok'),
    );
    expect(sink.of('RequestSuccess')).toMatchObject([{ service: 'payment' }]);
    expect(sink.documents[0]!._aws.CloudWatchMetrics[0].Namespace).toBe('FromEnvironment');
  });

  it.each([['true'], ['1'], ['YES'], ['on']])('switches metrics off with %o', async (value) => {
    vi.stubEnv('POWERTOOLS_METRICS_DISABLED', value);
    const handler = middy()
      .use(use())
      .before((request) => void expect(invocationOf(request)?.observe).toBeUndefined())
      .handler((_event, context) => {
        context.metrics.add('Orders', 'Count', 1);
        context.metrics.add('', 'Count', 1);
      });
    await expect(call(handler)).rejects.toThrow('the name of a metric must not be blank');
    expect(sink.documents).toEqual([]);
  });

  it.each([['false'], ['0'], ['']])('leaves them on with %o', async (value) => {
    vi.stubEnv('POWERTOOLS_METRICS_DISABLED', value);
    await call(
      middy()
        .use(use())
        .handler(() => 'ok'),
    );
    expect(sink.values('RequestSuccess')).toEqual([1]);
  });
});

describe('wrong options', () => {
  const many = Object.fromEntries(Array.from({ length: 27 }, (_, i) => [`d${i}`, 'v']));
  it.each([
    [{}, 'option namespace is missing, and POWERTOOLS_METRICS_NAMESPACE is not set'],
    [{ namespace: '' }, 'option namespace must not be empty'],
    [{ namespace: ' ' }, 'option namespace must not be blank'],
    [{ namespace: 'n'.repeat(256) }, 'option namespace must have at most 255 characters'],
    [{ namespace: 'AWS/Lambda' }, 'option namespace must not begin with AWS/, which AWS keeps for itself'],
    [{ namespace: 'Shop', service: 'Ä' }, 'option service must consist of printable ASCII characters'],
    [{ namespace: 'Shop', dimensions: { stage: 1 } }, 'option dimensions.stage must be a string'],
    [{ namespace: 'Shop', dimensions: { stage: '' } }, 'option dimensions.stage must not be blank'],
    [{ namespace: 'Shop', dimensions: { '': 'v' } }, 'option dimensions: a name of a dimension must not be blank'],
    [
      { namespace: 'Shop', dimensions: { table: 'v' } },
      'option dimensions.table must have another name: this one is taken',
    ],
    [
      { namespace: 'Shop', dimensions: { ColdStart: 'v' } },
      'option dimensions.ColdStart must have another name: this one is taken',
    ],
    [{ namespace: 'Shop', dimensions: many }, 'option dimensions must have at most 26 members'],
    [{ namespace: 'Shop', nPlusOne: { threshold: 1 } }, 'option nPlusOne.threshold must be at least 2'],
    [{ namespace: 'Shop', nPlusOne: true }, 'option nPlusOne must be an object'],
    [{ namespace: 'Shop', destination: {} }, 'option destination.write is missing'],
    [{ namespace: 'Shop', contextKey: '' }, 'option contextKey must not be empty'],
    [
      { namespace: 'Shop', captureColdStart: true },
      'option captureColdStart is unknown; known are namespace, service, dimensions, nPlusOne, destination, contextKey',
    ],
  ])('%o are refused when the middleware is made', (options, problem) => {
    const expected = new TypeError(`@tabletheory/metrics: ${problem}`);
    expect(() => metrics(options as object)).toThrow(expected);
    expect(() => metricsValidateOptions(options)).toThrow(expected);
  });

  it('may have 26 dimensions of their own', () => {
    const { d0: _, ...dimensions } = many;
    metricsValidateOptions({ namespace: 'Shop', dimensions });
  });
});
