import middy from '@middy/core';
import { describe, expect, it } from 'vitest';
import { InputError, ResponseError, validator } from './index.ts';

const json = { 'content-type': 'application/json' };
const nested = (levels: number): string => '['.repeat(levels) + ']'.repeat(levels);

function run(options: object, event: unknown, response?: unknown): Promise<any> {
  return (
    middy<any>()
      .use(validator(options as { body: object }))
      .handler(async (_event, { input }: any) => response ?? input) as any
  )(event, {});
}

describe('a value that is nested too deeply', () => {
  it.each([
    ['body', { headers: json, body: nested(50_000) }],
    ['event', JSON.parse(`{"a":${nested(50_000)}}`)],
    ['detail', { detail: JSON.parse(nested(50_000)) }],
  ])('is refused in the %s', async (part, event) => {
    const error = await run({ [part]: { type: 'object' } }, event).catch((reason) => reason);
    expect(error).toBeInstanceOf(InputError);
    expect(error.statusCode).toBe(422);
  });

  it('is refused as one of several messages', async () => {
    const Records = [nested(50_000), '1'].map((body, i) => ({ messageId: `${i}`, body }));
    const [first, second] = await run({ records: { type: 'integer' } }, { Records });
    expect([first.error.statusCode, second.body]).toEqual([422, 1]);
  });

  it('is refused by a schema that walks through it, of one message and of a body', async () => {
    const walk = (value: any): boolean => (Array.isArray(value) ? value.every(walk) : true) && walk([value]);
    const endless = (value: unknown): value is unknown => walk(value);
    const [message] = await run({ records: endless }, { Records: [{ messageId: 'm', body: '[]' }] });
    expect(message.error.message).toBe('The message is nested too deeply');
    const error = await run({ body: endless }, { headers: json, body: '[]' }).catch((reason) => reason);
    expect([error.statusCode, error.message]).toEqual([422, 'The request body is nested too deeply']);
  });

  it('is not sent as a response unchecked', async () => {
    const deep = { statusCode: 200, body: nested(50_000) };
    const error = await run({ response: { type: 'object' } }, {}, deep).catch((reason) => reason);
    expect(error).toBeInstanceOf(ResponseError);
  });

  it('other errors of a validator are as they are', async () => {
    const failing = (): never => {
      throw new RangeError('Invalid array length');
    };
    for (const [options, event] of [
      [{ body: failing }, { headers: json, body: '1' }],
      [{ records: failing }, { Records: [{ messageId: 'm', body: '1' }] }],
    ] as const) {
      await expect(run(options, event)).rejects.toThrow('Invalid array length');
    }
  });
});

describe('a name of megabytes', () => {
  it('is not told', async () => {
    const body = `{"${'k'.repeat(2_000_000)}":1}`;
    const error = await run(
      { body: { type: 'object', additionalProperties: { type: 'string' } } },
      { headers: json, body },
    ).catch((reason) => reason);
    expect(error.cause.data[0].instancePath).toBe(`/${'k'.repeat(999)}…`);
  });
});

describe('a schema that names what every object inherits', () => {
  it.each(['toString', 'constructor', 'valueOf', '__proto__'])(
    'does not find %s in an object without it',
    async (name) => {
      const schema = { type: 'object', required: [name] };
      await expect(run({ body: schema }, { headers: json, body: '{}' })).rejects.toThrow(InputError);
      await expect(run({ query: schema }, { rawQueryString: 'a=1' })).rejects.toThrow(InputError);
    },
  );

  it('finds its own', async () => {
    const schema = { type: 'object', required: ['toString'], properties: { toString: { type: 'string' } } };
    const body = '{"toString":"a"}';
    expect(await run({ body: schema }, { headers: json, body })).toEqual({ toString: 'a' });
  });
});
