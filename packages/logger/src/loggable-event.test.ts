import middy from '@middy/core';
import { declareSensitive } from '@tabletheory/invocation';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { logger } from './logger.ts';
import { capture, run } from './test-destination.ts';

declareSensitive(['email']);
afterEach(() => {
  vi.unstubAllEnvs();
});

async function logged(event: unknown): Promise<any> {
  const out = capture({ logEvent: true });
  const before = JSON.stringify(event);
  const handler = middy()
    .use(logger(out.options))
    .handler(async () => {});
  await run(handler, event);
  expect(JSON.stringify(event)).toBe(before);
  expect(out.text()).not.toContain('SECRET');
  const [line] = out.records();
  expect(line).toMatchObject({ level: 'INFO', message: 'event' });
  return line.event;
}

describe('the line of an event', () => {
  test.each([
    [undefined, undefined, false],
    [undefined, 'true', true],
    [undefined, '1', true],
    [undefined, 'false', false],
    [false, 'true', false],
    [true, undefined, true],
  ])('with logEvent %s and POWERTOOLS_LOGGER_LOG_EVENT %s is written: %s', async (logEvent, variable, isWritten) => {
    vi.stubEnv('POWERTOOLS_LOGGER_LOG_EVENT', variable);
    const out = capture({ logEvent });
    const handler = middy()
      .use(logger(out.options))
      .handler(async () => {});
    await run(handler, { orderId: 'o-1' });
    expect(out.records().map(({ message }) => message)).toEqual(isWritten ? ['event', 'request'] : ['request']);
  });

  test('of API Gateway holds neither secrets nor the body', async () => {
    const event = await logged({
      version: '2.0',
      rawPath: '/orders',
      rawQueryString: 'token=SECRET&page=2',
      queryStringParameters: { token: 'SECRET', page: '2', email: 'SECRET@example.com' },
      cookies: ['session=SECRET'],
      headers: {
        Authorization: 'Bearer SECRET',
        cookie: 'session=SECRET',
        'x-api-key': 'SECRET',
        'X-Amz-Security-Token': 'SECRET',
        'x-auth-token': 'SECRET',
        'content-type': 'application/json',
      },
      multiValueHeaders: { AUTHORIZATION: ['SECRET'], 'Set-Cookie': ['SECRET'], accept: ['*/*'] },
      requestContext: {
        requestId: 'r-1',
        authorizer: { jwt: { claims: { sub: 'SECRET' } } },
        identity: { apiKey: 'SECRET', accessKey: 'SECRET', sourceIp: '192.0.2.1' },
      },
      stageVariables: { database: 'SECRET' },
      pathParameters: { orderId: 'o-1' },
      body: '{"card":"SECRET"}',
      isBase64Encoded: false,
    });
    expect(event).toEqual({
      version: '2.0',
      rawPath: '/orders',
      rawQueryString: '[omitted]',
      queryStringParameters: { token: '[redacted]', page: '2', email: '[redacted]' },
      cookies: '[redacted]',
      headers: {
        Authorization: '[redacted]',
        cookie: '[redacted]',
        'x-api-key': '[redacted]',
        'X-Amz-Security-Token': '[redacted]',
        'x-auth-token': '[redacted]',
        'content-type': 'application/json',
      },
      multiValueHeaders: { AUTHORIZATION: '[redacted]', 'Set-Cookie': '[redacted]', accept: ['*/*'] },
      requestContext: {
        requestId: 'r-1',
        authorizer: '[redacted]',
        identity: { apiKey: '[redacted]', accessKey: '[redacted]', sourceIp: '192.0.2.1' },
      },
      stageVariables: '[omitted]',
      pathParameters: { orderId: 'o-1' },
      body: '[omitted]',
      isBase64Encoded: false,
    });
  });

  test.each<[string, unknown, unknown]>([
    ['a parsed body', { body: { card: 'SECRET' } }, { body: '[omitted]' }],
    ['no body', { body: null }, { body: null }],
    ['SQS', { Records: [{ messageId: 'm', body: 'SECRET' }] }, { Records: [{ messageId: 'm', body: '[omitted]' }] }],
    ['SNS', { Records: [{ Sns: { Message: 'SECRET' } }] }, { Records: [{ Sns: { Message: '[omitted]' } }] }],
    ['Kinesis', { Records: [{ kinesis: { data: 'SECRET' } }] }, { Records: [{ kinesis: { data: '[omitted]' } }] }],
    ['Kafka', { records: { t: [{ value: 'SECRET' }] } }, { records: { t: [{ value: '[omitted]' }] } }],
    [
      'DynamoDB Streams',
      {
        Records: [{ eventID: 'e', dynamodb: { Keys: { id: { S: 'SECRET' } }, NewImage: { name: { S: 'SECRET' } } } }],
      },
      { Records: [{ eventID: 'e', dynamodb: { Keys: '[omitted]', NewImage: '[omitted]' } }] },
    ],
    [
      'EventBridge',
      { id: 'e', detail: { orderId: 'o-1', email: 'SECRET', data: { page: 1 } } },
      { id: 'e', detail: { orderId: 'o-1', email: '[redacted]', data: { page: 1 } } },
    ],
    ['S3', { Records: [{ s3: { object: { key: 'a.csv' } } }] }, { Records: [{ s3: { object: { key: 'a.csv' } } }] }],
    ['text', 'plain', 'plain'],
  ])('of %s holds what can be searched by name', async (_name, event, expected) => {
    expect(await logged(event)).toEqual(expected);
  });
});
