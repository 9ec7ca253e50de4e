import { createError } from '@middy/util';
import { describe, expect, it } from 'vitest';
import { answerTo, REQUEST_ID } from './test-answer.ts';

const error = Object.assign(createError(429, 'slow down'), { headers: { 'retry-after': '5' } });
const body = JSON.stringify({
  type: 'about:blank',
  title: 'Too Many Requests',
  status: 429,
  detail: 'slow down',
  instance: REQUEST_ID,
});
const headers = { 'content-type': 'application/problem+json', 'retry-after': '5' };

describe('the response', () => {
  it.each([
    ['API Gateway, payload format 1.0', { httpMethod: 'GET', headers: {}, multiValueHeaders: {}, requestContext: {} }],
    ['API Gateway, payload format 2.0', { version: '2.0', headers: {}, requestContext: { http: {} } }],
    ['a direct call', undefined],
  ])('to %s', async (_sender, event) => {
    const { problem: _, ...response } = await answerTo(error, { event });
    expect(response).toEqual({ statusCode: 429, headers, body });
  });

  const requestContext = { elb: { targetGroupArn: 'arn:aws:elasticloadbalancing:eu-west-1:1:targetgroup/orders/1' } };

  it('to a load balancer', async () => {
    const { problem: _, ...response } = await answerTo(error, { event: { requestContext, headers: {} } });
    expect(response).toEqual({
      statusCode: 429,
      statusDescription: '429 Too Many Requests',
      isBase64Encoded: false,
      headers,
      body,
    });
  });

  it('to a load balancer with multi-value headers', async () => {
    const { problem: _, ...response } = await answerTo(error, { event: { requestContext, multiValueHeaders: {} } });
    expect(response).toEqual({
      statusCode: 429,
      statusDescription: '429 Too Many Requests',
      isBase64Encoded: false,
      multiValueHeaders: { 'content-type': ['application/problem+json'], 'retry-after': ['5'] },
      body,
    });
  });
});

describe('what an error brings along', () => {
  it.each(['5\r\nset-cookie: a=b', '5\n', '\u0000', '\u0085'])(
    'is no header with control characters: %j',
    async (value) => {
      const hostile = Object.assign(createError(429, 'slow down'), { headers: { 'retry-after': value, allow: 'GET' } });
      expect((await answerTo(hostile)).headers).toEqual({ 'content-type': 'application/problem+json', allow: 'GET' });
    },
  );

  it('is no path of megabytes', async () => {
    const data = [{ instancePath: `/${'k'.repeat(5_000_000)}`, message: 'must be string', keyword: 'type' }];
    const { body } = await answerTo(createError(400, 'wrong', { cause: { package: 'p', data } }));
    expect(body.length).toBeLessThan(2_000);
  });
});
