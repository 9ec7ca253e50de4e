import middy from '@middy/core';
import { declareSensitive } from '@tabletheory/invocation';
import { expect, test } from 'vitest';
import { type CorrelationIdSource, correlationPaths } from './correlation-id.ts';
import { logger } from './logger.ts';
import { capture, context, run } from './test-destination.ts';

async function correlationId(source: CorrelationIdSource, event: unknown): Promise<unknown> {
  const out = capture({ correlationId: source });
  const handler = middy()
    .use(logger(out.options))
    .handler(async (_event, { log }) => log.child({}).info('line'));
  await run(handler, event);
  const [line, request] = out.records();
  expect(line.correlation_id).toBe(request.correlation_id);
  return line.correlation_id;
}

const v1 = {
  headers: { 'X-Correlation-Id': 'from v1' },
  multiValueHeaders: { 'X-Correlation-Id': ['from v1'] },
  requestContext: { requestId: 'r-1' },
};
const v2 = { version: '2.0', headers: { 'x-correlation-id': 'from v2' }, requestContext: { requestId: 'r-2' } };
const alb = {
  requestContext: { elb: {} },
  headers: { 'x-amzn-trace-id': 'Root=1-5759e988-bd862e3fe1be46a994272793' },
};
const albMultiValue = {
  requestContext: { elb: {} },
  multiValueHeaders: { 'x-amzn-trace-id': ['Root=1-1', 'Root=1-2'] },
};
const eventBridge = { id: 'e-1', 'detail-type': 'Order', detail: { orderId: 'o-1', attempt: 3 } };

test.each<[string, CorrelationIdSource, unknown, unknown]>([
  ['API Gateway v1', correlationPaths.apiGatewayRest, v1, 'r-1'],
  ['API Gateway v2', correlationPaths.apiGatewayHttp, v2, 'r-2'],
  ['a function URL', correlationPaths.functionUrl, v2, 'r-2'],
  ['a load balancer', correlationPaths.applicationLoadBalancer, alb, 'Root=1-5759e988-bd862e3fe1be46a994272793'],
  ['a load balancer with multi-value headers', correlationPaths.applicationLoadBalancer, albMultiValue, 'Root=1-1'],
  ['EventBridge', correlationPaths.eventBridge, eventBridge, 'e-1'],
  ['a header, whatever its case', 'x-correlation-id', v1, 'from v1'],
  ['a header, whatever the case of the name', 'X-Correlation-ID', v2, 'from v2'],
  ['a path of one’s own', 'detail.orderId', eventBridge, 'o-1'],
  ['a number', 'detail.attempt', eventBridge, '3'],
  ['a function', (event, lambda) => `${lambda.awsRequestId}/${event.id}`, eventBridge, 'request-1/e-1'],
  ['a function that throws', (event) => event.no.such.path, eventBridge, undefined],
  ['a function without a result', () => undefined, eventBridge, undefined],
  ['an absent path', 'detail.no.such', eventBridge, undefined],
  ['an inherited property', 'constructor.name', eventBridge, undefined],
  ['an object', 'detail', eventBridge, undefined],
  ['an empty value', 'id', { id: '' }, undefined],
  ['an event that is no object', 'id', 'text', undefined],
])('from %s', async (_name, source, event, expected) => {
  expect(await correlationId(source, event)).toBe(expected);
});

test('what controls is taken out of it', async () => {
  expect(await correlationId('id', { id: 'a\r\nset-cookie: b\u001b[31m\u0085' })).toBe('aset-cookie: b[31m');
  expect(await correlationId('id', { id: '\n' })).toBeUndefined();
});

test('a long one is cut, a sensitive attribute is not used', async () => {
  declareSensitive(['email']);
  expect(await correlationId('id', { id: 'x'.repeat(10_000) })).toBe('x'.repeat(256));
  expect(await correlationId('detail.email', { detail: { email: 'a@example.com' } })).toBe('[redacted]');
});

test('is there when an earlier middleware has thrown', async () => {
  const out = capture({ correlationId: 'id' });
  const handler = middy()
    .before(() => {
      throw new Error('early');
    })
    .use(logger(out.options))
    .handler(async () => {});
  await expect(run(handler, { id: 'e-1' }, context)).rejects.toThrow('early');
  expect(out.last().correlation_id).toBe('e-1');
});
