import { isDeepStrictEqual } from 'node:util';
import { startEngine } from '@tabletheory/local';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { chain, INHERITED, models, post, prototypeProperties, startDaemon } from './requests.ts';

const engine = await startEngine({ models });
const daemon = await startDaemon();
const config = engine.clientConfig;
afterAll(async () => {
  await Promise.all([engine.stop(), daemon.stop()]);
});

let before: string[];
beforeAll(() => {
  before = prototypeProperties();
});
afterEach(() => {
  expect(prototypeProperties()).toEqual(before);
  expect(({} as { polluted?: unknown }).polluted).toBeUndefined();
});

const letter = {
  type: 'object',
  properties: { letterId: { type: 'string' }, text: { type: 'string', maxLength: 100 }, content: {} },
  required: ['letterId'],
};
const store = async (_event: unknown, { tables, input, log }: any) => {
  log.info({ letterId: input.letterId, content: input.content }, 'received');
  await tables.letters.put(input);
  return { statusCode: 201, body: '' };
};
const letters = chain({ config, schemas: { body: letter }, handler: store });

const nested = (levels: number, open = '[', close = ']'): string => open.repeat(levels) + close.repeat(levels);

/** Every line is one JSON document, of a size that a log event may have. */
function expectLines(lines: readonly string[]): void {
  expect(lines.length).toBeGreaterThan(0);
  for (const line of lines) {
    expect(line.trimEnd()).not.toContain('\n');
    expect(Buffer.byteLength(line)).toBeLessThan(256 * 1024);
    JSON.parse(line);
  }
}

describe('a deeply nested body', () => {
  test.each([
    ['arrays', nested(100_000)],
    ['objects', `${'{"content":'.repeat(100_000)}1${'}'.repeat(100_000)}`],
    ['arrays in a letter', `{"letterId":"1","content":${nested(100_000)}}`],
    ['an opening of 6 MB', '['.repeat(6_000_000)],
  ])('of %s is answered with 422', async (_what, body) => {
    const { statusCode } = await letters.call(post(body));
    expect(statusCode).toBe(422);
  });

  test.each([500, 1_000, 1_500, 2_000, 2_500, 3_000, 4_000, 8_000])('of %i levels is answered', async (levels) => {
    const recursive = { $id: 'tree', type: 'array', items: { $ref: 'tree' } };
    const tree = chain({ config, schemas: { body: recursive }, handler: () => ({ statusCode: 200, body: '' }) });
    const { statusCode } = await tree.call(post(nested(levels)));
    expect([200, 422]).toContain(statusCode);
    const narrow = chain({ config, schemas: { body: { type: 'object' } }, handler: () => ({ statusCode: 200 }) });
    expect([400, 422]).toContain((await narrow.call(post(nested(levels)))).statusCode);
    expectLines([...tree.lines, ...narrow.lines]);
  });

  test('that the schema lets through is refused by the table, and not kept', async () => {
    const { statusCode } = await letters.call(post(`{"letterId":"deep","content":${nested(1_000)}}`));
    expect(statusCode).toBeGreaterThanOrEqual(400);
    const read = chain({ config, handler: (_event, { tables }) => tables.letters.get({ letterId: 'deep' }) });
    expect(await read.call({})).toBeUndefined();
  });

  test.each([5_000, 100_000])('in an event that is no request, of %i levels, is refused by type', async (levels) => {
    const deep = JSON.parse(nested(levels));
    const refusals = [
      [{ event: { type: 'object' } }, { detail: deep }],
      [{ detail: {} }, { detail: deep }],
      [{ records: {} }, { Records: [{ messageId: 'm', body: nested(levels) }] }],
    ] as const;
    for (const [schemas, event] of refusals) {
      const one = chain({
        config,
        schemas,
        handler: (_event, { input }) => ({ statusCode: input[0].error.statusCode }),
      });
      expect((await one.call(event)).statusCode).toBe(422);
      expectLines(one.lines);
    }
  });

  test('in the response is not sent unchecked', async () => {
    const response = chain({
      config,
      schemas: { response: { type: 'array' } },
      handler: () => ({ statusCode: 200, body: nested(100_000) }),
    });
    const answer = await response.call(post('{}'));
    expect(answer.statusCode === 200 ? answer.body : nested(100_000)).toBe(nested(100_000));
    expectLines(response.lines);
  });

  test('in what is logged, traced and measured is cut', async () => {
    const deep = JSON.parse(nested(100_000));
    const told = chain({
      config,
      handler: (_event, { log, trace }) => {
        log.info({ deep }, 'deep %o', deep);
        log.child({ deep }).info('child');
        log.error(Object.assign(new Error('failed', { cause: deep }), { item: deep }));
        trace.metadata('deep', deep);
        return { statusCode: 200 };
      },
    });
    const traceId = '1-00000001-aaaaaaaaaaaaaaaaaaaaaaaa';
    expect((await told.call({ deep }, { traceId })).statusCode).toBe(200);
    expectLines(told.lines);
    await daemon.waitFor((all) => all.some(({ trace_id }) => trace_id === traceId));
  });
});

describe('a huge body', () => {
  const MB = 1_000_000;
  test.each([
    ['one string', JSON.stringify({ letterId: '1', text: 'x'.repeat(6 * MB) }), 400],
    ['one key', JSON.stringify({ letterId: 1, ['k'.repeat(6 * MB)]: 1 }), 400],
    ['a million elements', JSON.stringify({ letterId: 1, content: Array(MB).fill(1) }), 400],
    [
      'many wrong keys',
      JSON.stringify(Object.fromEntries(Array.from({ length: 200_000 }, (_, i) => [`k${i}`, i]))),
      400,
    ],
    ['spaces', `${' '.repeat(6 * MB)}{}`, 400],
    ['digits', `{"letterId":${'9'.repeat(6 * MB)}}`, 400],
    ['escapes', `{"letterId":1,"text":"${'\\u0000'.repeat(MB)}"}`, 400],
  ])('of %s is answered, and the log stays small', async (_what, body, status) => {
    const own = chain({ config, schemas: { body: letter }, handler: store });
    const { statusCode, body: answer } = await own.call(post(body));
    expect([status, 413]).toContain(statusCode);
    expect(answer.length).toBeLessThan(20_000);
    expectLines(own.lines);
  });

  test('is not told by its names', async () => {
    const named = { type: 'object', additionalProperties: { type: 'string' } };
    const own = chain({ config, schemas: { body: named }, handler: store });
    const { statusCode, body } = await own.call(post(`{"${'k'.repeat(5 * MB)}":1}`));
    expect(statusCode).toBe(400);
    expect(body.length).toBeLessThan(2_000);
    expectLines(own.lines);
  });

  test('is refused before it is parsed, where its size is bounded', async () => {
    const bounded = chain({ config, schemas: { body: letter, maxBodyBytes: 10_000 }, handler: store });
    for (const body of [post('x'.repeat(6 * MB)), post('A'.repeat(6 * MB), { isBase64Encoded: true })]) {
      expect((await bounded.call(body)).statusCode).toBe(413);
    }
  });

  test('that the schema lets through is told to be too large for the table', async () => {
    const free = chain({
      config,
      schemas: { body: { type: 'object' } },
      handler: async (_event, { tables, input }) => {
        await tables.letters.put(input);
        return { statusCode: 201 };
      },
    });
    expect((await free.call(post({ letterId: '1', text: 'x'.repeat(6 * MB) }))).statusCode).toBe(413);
    expectLines(free.lines);
  });
});

describe('a name that could change prototypes', () => {
  const hostile = [
    '{"letterId":"1","__proto__":{"polluted":true}}',
    '{"letterId":"1","content":{"__proto__":{"polluted":true}}}',
    '{"letterId":"1","content":[{"constructor":{"prototype":{"polluted":true}}}]}',
    '{"letterId":"1","content":{"\\u005f_proto__":{"polluted":true}}}',
  ];

  test.each(hostile)('in the body %s is refused', async (body) => {
    expect((await letters.call(post(body))).statusCode).toBe(422);
    const base64 = Buffer.from(body).toString('base64');
    expect((await letters.call(post(base64, { isBase64Encoded: true }))).statusCode).toBe(422);
  });

  test.each([
    '__proto__=1',
    '__proto__[polluted]=1',
    'a[__proto__][polluted]=1',
    'constructor[prototype][polluted]=1',
    'a.constructor.prototype.polluted=1',
    '%5f_proto__[polluted]=1',
  ])('in the query string %s is refused', async (rawQueryString) => {
    const search = chain({ config, schemas: { query: { type: 'object' } }, handler: () => ({ statusCode: 200 }) });
    expect((await search.call(post('', { rawQueryString }))).statusCode).toBe(400);
  });

  test.each(['headers', 'pathParameters', 'multiValueHeaders'])('in %s is refused', async (place) => {
    const part = place === 'pathParameters' ? 'path' : 'headers';
    const all = chain({ config, schemas: { [part]: { type: 'object' } }, handler: () => ({ statusCode: 200 }) });
    const value = place === 'multiValueHeaders' ? '["1"]' : '"1"';
    const values = JSON.parse(`{"__proto__":${value}}`);
    expect((await all.call(post('{}', { [place]: values }))).statusCode).toBe(400);
  });

  test('in a whole event stays data', async () => {
    const event = JSON.parse('{"headers":{},"detail":{"__proto__":{"polluted":true}}}');
    const whole = chain({
      config,
      schemas: { event: { type: 'object' } },
      handler: (_event, { input }) => input.detail,
    });
    const detail = await whole.call(event);
    expect(Object.getPrototypeOf(detail)).toBe(Object.prototype);
    expect(detail.polluted).toBeUndefined();
  });

  test('in stored data is data: it comes back as it was stored', async () => {
    const content = JSON.parse('{"__proto__":{"polluted":true},"constructor":{"prototype":{"polluted":true}}}');
    const labels = JSON.parse('{"__proto__":"a","constructor":"b","toString":"c"}');
    const attachment = JSON.parse('[{"__proto__":{"polluted":true}}]');
    const item = { letterId: 'proto', content, labels, attachment };
    const round = chain({
      config,
      handler: async (_event, { tables, log, trace }) => {
        await tables.letters.put(item);
        const read = await tables.letters.getOrThrow({ letterId: 'proto' });
        log.info(read, 'read');
        trace.metadata('read', read);
        const [queried] = await tables.letters.where('letterId', '=', 'proto').all();
        return { read, queried };
      },
    });
    const { read, queried } = await round.call(post('{}'), { traceId: '1-00000002-aaaaaaaaaaaaaaaaaaaaaaaa' });
    for (const found of [read, queried]) {
      expect(isDeepStrictEqual(found, item)).toBe(true);
      for (const object of [found, found.content, found.labels, found.attachment[0]]) {
        expect(Object.getPrototypeOf(object)).toBe(Object.prototype);
      }
      expect(Object.hasOwn(found.content, '__proto__')).toBe(true);
    }
  });

  test.each(INHERITED)('%s is not read from the prototype', async (name) => {
    const body = { type: 'object', properties: { [name]: { type: 'string' } }, required: [name] };
    const own = chain({ config, schemas: { body }, handler: () => ({ statusCode: 200 }) });
    expect((await own.call(post('{}'))).statusCode).toBe(400);
    const query = chain({ config, schemas: { query: body }, handler: () => ({ statusCode: 200 }) });
    expect((await query.call(post('', { rawQueryString: 'a=1' }))).statusCode).toBe(400);
    const named = chain({ config, handler: (_event, { tables }) => tables.letters.get({ [name]: 'x' } as never) });
    expect((await named.call(post('{}'))).statusCode).toBe(400);
    const correlated = chain({ config, handler: () => ({ statusCode: 200 }) });
    await correlated.call(post('{}', { headers: {} }));
    expect(correlated.lines.map((line) => JSON.parse(line).correlation_id).filter(Boolean)).toEqual([]);
  });
});

describe('a body that is no UTF-8 or no base64', () => {
  test.each<[string, Buffer]>([
    ['a broken sequence', Buffer.from([0x7b, 0x22, 0xc3, 0x28, 0x22, 0x3a, 0x31, 0x7d])],
    ['bytes that are never UTF-8', Buffer.from([0xff, 0xfe, 0xfd, 0x00])],
    ['UTF-16', Buffer.from('{"letterId":"1"}', 'utf16le')],
    ['a lone surrogate', Buffer.from([0x22, 0xed, 0xa0, 0x80, 0x22])],
    ['an overlong encoding', Buffer.from([0x7b, 0xc0, 0xa2, 0x61, 0xc0, 0xa2, 0x3a, 0x31, 0x7d])],
    ['nothing but zeros', Buffer.alloc(1_000)],
  ])('%s is answered with 400 or 422', async (_what, bytes) => {
    const { statusCode } = await letters.call(post(bytes.toString('base64'), { isBase64Encoded: true }));
    expect([400, 422]).toContain(statusCode);
    expect([400, 422]).toContain((await letters.call(post(bytes.toString('latin1')))).statusCode);
  });

  test.each(['%%%%', '====', 'eyJ', '{"letterId":"1"}', '\u0000', '🂡🂢'])('%s as base64 is answered', async (body) => {
    expect([400, 422]).toContain((await letters.call(post(body, { isBase64Encoded: true }))).statusCode);
  });

  test('a lone surrogate in a value does not break the line it is logged in', async () => {
    const own = chain({ config, schemas: { body: letter }, handler: store });
    await own.call(post('{"letterId":"1","content":"\\ud800"}'));
    expectLines(own.lines);
  });
});

describe('10,000 headers', () => {
  const headers = Object.fromEntries(Array.from({ length: 10_000 }, (_, i) => [`X-Header-${i}`, `value ${i}`]));

  test.each(['headers', 'multiValueHeaders'])(
    'in %s are read, and told of in lines that a log takes',
    async (place) => {
      const values =
        place === 'headers' ? headers : Object.fromEntries(Object.entries(headers).map(([n, v]) => [n, [v]]));
      const all = chain({
        config,
        schemas: { headers: { type: 'object', properties: { 'x-header-9999': { type: 'string' } } } },
        handler: (_event, { input }) => ({ statusCode: 200, body: input['x-header-9999'] }),
      });
      const event = post('{}', { headers: undefined, [place]: values });
      expect(await all.call(event)).toMatchObject({ statusCode: 200, body: 'value 9999' });
      const failing = chain({ config, handler: () => Promise.reject(new Error('failed')) });
      expect((await failing.call(event)).statusCode).toBe(500);
      for (const line of [...all.lines, ...failing.lines]) {
        expect(line.trimEnd()).not.toContain('\n');
        JSON.parse(line);
      }
    },
  );

  test('and 10,000 parameters of the query string are read in a moment', async () => {
    const rawQueryString = Array.from({ length: 10_000 }, (_, i) => `a=${i}&b${i}=1`).join('&');
    const all = chain({
      config,
      schemas: { query: { type: 'object', properties: { a: { type: 'array', items: { type: 'integer' } } } } },
      handler: (_event, { input }) => ({ statusCode: 200, body: String(input.a.length) }),
    });
    expect((await all.call(post('', { rawQueryString }))).body).toBe('10000');
  });
});
