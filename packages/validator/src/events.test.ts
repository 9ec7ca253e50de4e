// Events that are no HTTP requests.
import middy from '@middy/core';
import bridgeEvent from '@serverless/event-mocks/dist/events/aws/cloud-watch-event-template.json' with { type: 'json' };
import streamEvent from '@serverless/event-mocks/dist/events/aws/dynamo-stream-event-template.json' with {
  type: 'json',
};
import snsEvent from '@serverless/event-mocks/dist/events/aws/sns-template.json' with { type: 'json' };
import sqsEvent from '@serverless/event-mocks/dist/events/aws/sqs-template.json' with { type: 'json' };
import { describe, expect, it } from 'vitest';
import * as z from 'zod';
import { InputError, validator } from './index.ts';
import type { AnyOptions } from './options.ts';

function run(options: AnyOptions, event: unknown): Promise<any> {
  return middy()
    .use(validator(options as { event: object }))
    .handler(async (_event, { input }: any) => input)(event as object, {} as any);
}

async function failure(options: AnyOptions, event: unknown): Promise<InputError> {
  const error = await run(options, event).catch((reason) => reason);
  expect(error).toBeInstanceOf(InputError);
  return error;
}

describe('the detail of an EventBridge event', () => {
  const detail = {
    type: 'object',
    properties: { state: { enum: ['running', 'terminated'] }, forced: { type: 'boolean', default: false } },
    required: ['state'],
  };

  it('becomes the input, as a copy with defaults', async () => {
    const event = structuredClone(bridgeEvent);
    expect(await run({ detail }, event)).toEqual({ ...bridgeEvent.detail, forced: false });
    expect(event).toEqual(bridgeEvent);
  });

  it('that does not match fails the function', async () => {
    const error = await failure({ detail }, { ...bridgeEvent, detail: { state: 'gone' } });
    expect(error.message).toBe('The event detail does not match its schema');
    expect(error.cause.data).toMatchObject([{ instancePath: '/state', keyword: 'enum' }]);
  });

  it('is refused when it is missing or could change prototypes', async () => {
    expect((await failure({ detail: {} }, {})).statusCode).toBe(422);
    const event = JSON.parse('{"detail":{"state":"running","a":{"__proto__":{"admin":true}}}}');
    expect((await failure({ detail }, event)).statusCode).toBe(422);
  });
});

describe('a whole event', () => {
  it('is validated, and stays as it was', async () => {
    const event = {
      type: 'object',
      properties: {
        Records: {
          type: 'array',
          items: {
            type: 'object',
            properties: { eventName: { enum: ['INSERT', 'MODIFY'] }, seen: { type: 'boolean', default: true } },
            required: ['dynamodb'],
          },
        },
      },
      required: ['Records'],
    };
    const received = structuredClone(streamEvent);
    expect((await run({ event }, received)).Records[0]).toEqual({ ...streamEvent.Records[0], seen: true });
    expect(received).toEqual(streamEvent);
    expect((await failure({ event }, {})).message).toBe('The event does not match its schema');
  });

  it('can be validated beside its detail', async () => {
    const event = { type: 'object', properties: { source: { const: 'aws.ec2' } }, required: ['source'] };
    const input = await run({ event, detail: {} }, bridgeEvent);
    expect(input).toEqual({ event: bridgeEvent, detail: bridgeEvent.detail });
  });
});

describe('the messages of an SQS event', () => {
  const records = {
    type: 'object',
    properties: { orderId: { type: 'string' }, quantity: { type: 'integer', default: 1 } },
    required: ['orderId'],
  };
  const [template] = sqsEvent.Records;
  const event = (...bodies: string[]) => ({
    Records: bodies.map((body, i) => ({ ...template, messageId: `m-${i}`, body })),
  });

  it('are validated one by one, in their order', async () => {
    const input = await run(
      { records },
      event(
        '{"orderId":"o-1"}',
        '{"quantity":2}',
        '{"orderId":',
        '{"orderId":"o-4","__proto__":{}}',
        '{"orderId":"o-5","quantity":5}',
      ),
    );
    expect(input).toMatchObject([
      { messageId: 'm-0', body: { orderId: 'o-1', quantity: 1 } },
      { messageId: 'm-1', error: { statusCode: 400, cause: { data: [{ instancePath: '', keyword: 'required' }] } } },
      { messageId: 'm-2', error: { statusCode: 422 } },
      { messageId: 'm-3', error: { statusCode: 422 } },
      { messageId: 'm-4', body: { orderId: 'o-5', quantity: 5 } },
    ]);
    expect(input[1].error).toBeInstanceOf(InputError);
    expect(input[1].body).toBeUndefined();
  });

  it('let the handler report the invalid ones', async () => {
    const handler = middy()
      .use(validator({ records: z.object({ orderId: z.string() }) }))
      .handler(async (_event, { input }) => {
        const done: string[] = [];
        const batchItemFailures: { itemIdentifier: string }[] = [];
        for (const { messageId, body, error } of input) {
          if (error !== undefined) batchItemFailures.push({ itemIdentifier: messageId });
          else done.push(body.orderId);
        }
        return { batchItemFailures, done };
      });
    expect(await handler(event('{"orderId":"o-1"}', 'null'), {} as any)).toEqual({
      batchItemFailures: [{ itemIdentifier: 'm-1' }],
      done: ['o-1'],
    });
  });

  it('as AWS documents them are text, which is no JSON', async () => {
    expect(await run({ records }, sqsEvent)).toMatchObject([
      { messageId: '059f36b4-87a3-44ab-83d2-661975830a7d', error: { statusCode: 422 } },
    ]);
  });

  it('may be none', async () => {
    expect(await run({ records }, { Records: [] })).toEqual([]);
  });

  it('may have an asynchronous schema', async () => {
    const known = z.object({ orderId: z.string().refine(async (id) => id !== 'o-2') });
    const input = await run({ records: known }, event('{"orderId":"o-1"}', '{"orderId":"o-2"}', '{"orderId":"o-3"}'));
    expect(input).toMatchObject([{ body: { orderId: 'o-1' } }, { error: { statusCode: 400 } }, { messageId: 'm-2' }]);
    expect(input[2].body).toEqual({ orderId: 'o-3' });
  });

  it.each([
    ['a DynamoDB stream', streamEvent],
    ['SNS', snsEvent],
    ['EventBridge', bridgeEvent],
    ['nothing', undefined],
  ])('are not found in an event of %s: a mistake of the application', async (_name, other) => {
    await expect(run({ records }, other)).rejects.toThrow(TypeError);
    await expect(run({ records }, other)).rejects.toThrow(/option records is for events of SQS/);
  });
});
