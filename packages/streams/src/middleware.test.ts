import { setImmediate as tick } from 'node:timers/promises';
import { inspect } from 'node:util';
import middy from '@middy/core';
import type { UnreadRecord } from '@tabletheory/core';
import { type InvocationEnd, invocationOf } from '@tabletheory/invocation';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { runStreamed, streamedMode } from '../../../test/support/modes.ts';
import { streams } from './middleware.ts';
import { StreamEventInvalidError } from './stream-event.ts';
import { Customer, exampleEvent, foreign, Message, newCustomer, newOrder, Order, poison } from './test-event.ts';

const models = { orders: Order, customers: Customer };
const failure = new Error('failed');
const call = (handler: unknown, records: unknown, context: object = {}): Promise<unknown> =>
  (handler as (event: unknown, context: object) => Promise<unknown>)({ Records: records }, context);
const failures = (...sequenceNumbers: string[]) => ({
  batchItemFailures: sequenceNumbers.map((itemIdentifier) => ({ itemIdentifier })),
});

/** A sibling that offers a log and a signal. */
const sibling = (lines: unknown[] = [], signal?: AbortSignal): middy.MiddlewareObj => ({
  before: (request) => {
    const line = (record: unknown, message: unknown) => lines.push([record, message]);
    Object.assign(invocationOf(request) as object, { log: { warn: line, error: line }, signal });
  },
});
const done: string[] = [];
afterEach(() => {
  done.length = 0;
  vi.restoreAllMocks();
  vi.unstubAllGlobals();
});

describe('the changes of an event', () => {
  it("are typed items, as in Lambda's example", async () => {
    const handler = middy()
      .use(streams({ models: { messages: Message } }))
      .handler((_event, { changes }) =>
        changes.records.map(({ eventName, model, keys, oldItem, newItem }) => {
          return { eventName, model, keys, oldItem, newItem };
        }),
      );
    const keys = { Id: 101 };
    expect(await call(handler, exampleEvent.Records)).toEqual([
      { eventName: 'INSERT', model: 'messages', keys, oldItem: undefined, newItem: { Id: 101, Message: 'New item!' } },
      {
        eventName: 'MODIFY',
        model: 'messages',
        keys,
        oldItem: { Id: 101, Message: 'New item!' },
        newItem: { Id: 101, Message: 'This item has changed' },
      },
    ]);
  });

  it('are those of the models, in order; what cannot be read is told apart', async () => {
    const handler = middy()
      .use(streams({ models, contextKey: 'batch' }))
      .handler((_event, { batch }) => {
        expect(batch.poison).toMatchObject([{ model: undefined, sequenceNumber: '3' }]);
        expect(batch.poison[0]?.problems).toMatchObject([{ model: 'orders', path: 'NewImage.total' }]);
        return { seen: batch.records.map(({ model, sequenceNumber }) => [model, sequenceNumber]) };
      });
    vi.spyOn(console, 'error').mockImplementation(() => {});
    const records = [newOrder('1'), foreign('2'), poison('3'), newCustomer('c-1', '4'), newOrder('5')];
    expect(await call(handler, records)).toMatchObject({
      seen: [
        ['orders', '1'],
        ['customers', '4'],
        ['orders', '5'],
      ],
    });
  });

  it('may have keys only', async () => {
    const handler = middy()
      .use(streams({ models, view: 'KEYS_ONLY' }))
      .handler((_event, { changes }) => changes.records.map(({ newItem, keys }) => [newItem, keys]));
    expect(await call(handler, [newOrder('1')])).toEqual([[undefined, { customerId: 'c-1', orderId: '1' }]]);
  });

  it.each([[{}], [{ Records: null }], [{ Records: {} }], [undefined], [null], ['text']])(
    'cannot be those of an event that is no stream: %o',
    async (event) => {
      const ends: InvocationEnd[] = [];
      const handler = middy()
        .use(streams({ models }))
        .onError((request) => invocationOf(request)?.onEnd((end) => void ends.push(end)))
        .handler(() => 'ok') as unknown as (event: unknown, context: object) => Promise<unknown>;
      await expect(handler(event, {})).rejects.toBeInstanceOf(StreamEventInvalidError);
      expect(ends).toMatchObject([{ outcome: 'error', error: { code: 'STREAM_EVENT_INVALID' } }]);
    },
  );
});

describe('processing', () => {
  const processing = (run: (orderId: string) => unknown, lines?: unknown[], signal?: AbortSignal) =>
    middy()
      .use(streams({ models, concurrency: 4 }))
      .use(sibling(lines, signal))
      .handler((_event, { changes }) =>
        changes.process({
          orders: async ({ newItem, sequenceNumber }) => {
            await run(newItem?.orderId ?? '');
            done.push(sequenceNumber);
          },
          customers: ({ sequenceNumber }) => void done.push(sequenceNumber),
        }),
      );

  it('does all, and reports nothing', async () => {
    const handler = processing(() => tick());
    const records = [newOrder('1'), foreign('2'), newCustomer('c-1', '3'), newOrder('4')];
    expect(await call(handler, records)).toEqual(failures());
    expect(done.sort()).toEqual(['1', '3', '4']);
    expect(await call(handler, [])).toEqual(failures());
  });

  it('passes over models without a function', async () => {
    const handler = middy()
      .use(streams({ models }))
      .handler((_event, { changes }) => changes.process({ customers: ({ model }) => void done.push(model) }));
    expect(await call(handler, [newOrder('1'), newCustomer('c-1', '2')])).toEqual(failures());
    expect(done).toEqual(['customers']);
  });

  it('keeps the changes of an item in order, and does others meanwhile', async () => {
    const first = Promise.withResolvers<void>();
    let begun = 0;
    const handler = processing(async (orderId) => {
      if (orderId === 'o-1' && begun++ === 0) await first.promise;
      if (orderId === 'o-2') first.resolve();
    });
    const records = [newOrder('o-1', 'c-1', '1'), newOrder('o-1', 'c-1', '2'), newOrder('o-2', 'c-1', '3')];
    expect(await call(handler, records)).toEqual(failures());
    expect(done.filter((number) => number !== '3')).toEqual(['1', '2']);
    expect(done).toHaveLength(3);
  });

  it('knows an item by its key, however the key is written', async () => {
    const handler = processing(() => tick());
    const record = newOrder('o-1', 'c-1', '2');
    const { customerId, orderId } = record.dynamodb.Keys;
    const turned = { ...record, dynamodb: { ...record.dynamodb, Keys: { orderId, customerId } } };
    await call(handler, [newOrder('o-1', 'c-1', '1'), turned, newOrder('o-1', 'c-1', '3')]);
    expect(done).toEqual(['1', '2', '3']);
  });

  it('reports the first that fails, and begins nothing behind it', async () => {
    const lines: any[] = [];
    const handler = processing((orderId) => {
      if (orderId === '2' || orderId === '3') throw failure;
    }, lines);
    const records = Array.from({ length: 20 }, (_, i) => newOrder(String(i)));
    expect(await call(handler, records)).toEqual(failures('2'));
    expect(done.slice(0, 2)).toEqual(['0', '1']);
    expect(done.length).toBeLessThan(6);
    expect(lines[0]).toEqual([
      { model: 'orders', event_name: 'INSERT', sequence_number: '2', error: failure },
      'stream record failed',
    ]);
  });

  it('reports it also where the handler returns nothing, or something else', async () => {
    const chain = (response: unknown) =>
      middy()
        .use(streams({ models }))
        .use(sibling())
        .handler(async (_event, { changes }) => {
          await changes.process({
            orders: () => {
              throw failure;
            },
          });
          return response;
        });
    const records = [newOrder('1')];
    expect(await call(chain(undefined), records)).toEqual(failures('1'));
    expect(await call(chain('done'), records)).toEqual(failures('1'));
    expect(await call(chain({ state: { sum: 1 } }), records)).toEqual({ state: { sum: 1 }, ...failures('1') });
    expect(await call(chain(failures('9')), records)).toEqual(failures('9', '1'));
  });

  it('is heard of where nobody logs', async () => {
    const error = vi.spyOn(console, 'error').mockImplementation(() => {});
    const handler = middy()
      .use(streams({ models }))
      .handler((_event, { changes }) => changes.process({ orders: () => Promise.reject(failure) }));
    expect(await call(handler, [newOrder('1')])).toEqual(failures('1'));
    expect(error).toHaveBeenCalledExactlyOnceWith(
      'stream record failed',
      expect.objectContaining({ sequence_number: '1', error: failure }),
    );
  });

  it('stops at the deadline, and reports the first that is not done', async () => {
    const controller = new AbortController();
    const lines: unknown[] = [];
    const handler = processing(
      (orderId) => {
        if (orderId !== '2') return undefined;
        setImmediate(() => controller.abort());
        return new Promise(() => {});
      },
      lines,
      controller.signal,
    );
    const records = [newOrder('0'), newOrder('1'), newOrder('2'), newOrder('2', 'c-1', '3'), newOrder('4')];
    expect(await call(handler, records)).toEqual(failures('2'));
    expect(done.sort()).toEqual(['0', '1', '4']);
    expect(lines).toEqual([[{ records: 5, from: 2 }, 'stream records left for the next invocation']]);
  });

  it('does nothing when the deadline has passed', async () => {
    const handler = processing(() => expect.unreachable(), [], AbortSignal.abort());
    expect(await call(handler, [newOrder('1'), newOrder('2')])).toEqual(failures('1'));
  });

  it('fails for a function of no model', async () => {
    const handler = middy()
      .use(streams({ models }))
      .handler((_event, { changes }) => changes.process({ order: () => {} } as object));
    await expect(call(handler, [newOrder('1')])).rejects.toThrow(
      new TypeError(
        '@tabletheory/streams: changes.process takes a function for each of orders, customers; order is wrong',
      ),
    );
  });

  it('of interleaved requests is kept apart', async () => {
    const gate = Promise.withResolvers<void>();
    const handler = middy()
      .use(streams({ models, concurrency: 2 }))
      .use(sibling())
      .handler((_event, { changes }) =>
        changes.process({
          orders: async ({ keys }) => {
            if (keys.customerId === '7') gate.resolve();
            await gate.promise;
            if (keys.orderId === keys.customerId) throw failure;
          },
        }),
      );
    const numbers = ['0', '1', '2', '3', '4', '5', '6', '7'];
    const answers = numbers.map((customerId) =>
      call(
        handler,
        numbers.map((orderId) => newOrder(orderId, customerId)),
      ),
    );
    expect(await Promise.all(answers)).toEqual(numbers.map((number) => failures(number)));
  });
});

describe('a record that cannot be read', () => {
  const chain = (onPoison?: (record: UnreadRecord, context: any) => unknown, lines: unknown[] = []) =>
    middy().use(streams({ models, onPoison })).use(sibling(lines));
  const records = [newOrder('1'), poison('2'), newOrder('3'), poison('4')];
  const process = (_event: unknown, { changes }: any) =>
    changes.process({ orders: ({ sequenceNumber }: any) => void done.push(sequenceNumber) });

  it('is reported as failed, without its values, and nothing behind it is begun', async () => {
    const lines: any[] = [];
    expect(await call(chain(undefined, lines).handler(process), records)).toEqual(failures('2'));
    expect(done).toEqual(['1']);
    expect(lines).toHaveLength(1);
    expect(lines[0][0].error).toMatchObject({ code: 'RECORD_UNREADABLE', problems: [{ path: 'NewImage.total' }] });
    expect(inspect(lines, { depth: Infinity, showHidden: true })).not.toContain('canary-4711');
  });

  it('counts as done when it was taken', async () => {
    const taken: unknown[] = [];
    const onPoison = async (record: UnreadRecord, context: any) => {
      await tick();
      taken.push([record.sequenceNumber, context.awsRequestId]);
    };
    const response = await call(chain(onPoison).handler(process), records, { awsRequestId: 'r-1' });
    expect(response).toEqual(failures());
    expect(done.sort()).toEqual(['1', '3']);
    expect(taken).toEqual([
      ['2', 'r-1'],
      ['4', 'r-1'],
    ]);
  });

  it('is reported when it could not be taken', async () => {
    const onPoison = () => Promise.reject(failure);
    expect(await call(chain(onPoison).handler(process), records)).toEqual(failures('2'));
  });

  it('is dealt with also where the handler goes through the records itself', async () => {
    const taken: unknown[] = [];
    const count = (_event: unknown, { changes }: any) => ({ count: changes.records.length });
    expect(await call(chain().handler(count), records)).toEqual({ count: 2, ...failures('2') });
    const onPoison = ({ sequenceNumber }: UnreadRecord) => taken.push(sequenceNumber);
    expect(await call(chain(onPoison).handler(count), records)).toEqual({ count: 2 });
    expect(taken).toEqual(['2', '4']);
  });

  it('and has no sequence number stands for the whole batch', async () => {
    const response = await call(chain().handler(process), [newOrder('1'), { eventName: 'INSERT' }, {}, null]);
    expect(response).toEqual(failures(''));
    expect(done).toEqual(['1']);
  });
});

describe('in a chain', () => {
  const end = (ends: InvocationEnd[]): middy.MiddlewareObj => ({
    before: (request) => invocationOf(request)?.onEnd((end) => void ends.push(end)),
  });

  it('the request ends in success, with the response that has the failures', async () => {
    const ends: InvocationEnd[] = [];
    const handler = middy()
      .use(streams({ models }))
      .use(sibling())
      .use(end(ends))
      .handler(() => 'ok');
    expect(await call(handler, [poison('1')])).toEqual(failures('1'));
    expect(ends).toEqual([{ outcome: 'success', response: failures('1') }]);
  });

  it.each<[string, InvocationEnd['outcome'], (chain: middy.MiddyfiedHandler<any, any, any, any>) => unknown]>([
    ['the handler fails', 'error', (chain) => chain.handler(() => Promise.reject(failure))],
    ['a later before fails', 'error', (chain) => chain.before(() => Promise.reject(failure)).handler(() => 'ok')],
    ['a later before answers', 'early', (chain) => chain.before(() => 'early').handler(() => 'ok')],
  ])('the request ends as well when %s', async (_case, outcome, build) => {
    const ends: InvocationEnd[] = [];
    const handler = build(middy().use(streams({ models })).use(end(ends)));
    await call(handler, [newOrder('1')]).catch((error) => expect(error).toBe(failure));
    expect(ends).toMatchObject([{ outcome }]);
  });

  it('an error before it has run passes through', async () => {
    const handler = middy()
      .before(() => {
        throw failure;
      })
      .use(streams({ models }))
      .handler(() => 'ok');
    await expect(call(handler, [newOrder('1')])).rejects.toBe(failure);
  });

  it("Middy's early timeout fails the batch, and the next one is as any other", async () => {
    const handler = middy({ timeoutEarlyInMillis: 29_980 })
      .use(streams({ models }))
      .handler((_event, { changes }) =>
        changes.process({ orders: ({ keys }) => (keys.orderId === 'hangs' ? new Promise(() => {}) : undefined) }),
      );
    const context = { getRemainingTimeInMillis: () => 30_000 };
    await expect(call(handler, [newOrder('hangs')], context)).rejects.toThrow('aborted');
    expect(await call(handler, [newOrder('next')], context)).toEqual(failures());
  });

  it('another middleware may have put something else in its place', async () => {
    const handler = middy()
      .use(streams({ models }))
      .before((request) => {
        request.context.changes = undefined as never;
      })
      .handler(() => 'ok');
    expect(await call(handler, [newOrder('1')])).toBe('ok');
  });

  it('in streamed mode the changes are there', async () => {
    const handler = middy(await streamedMode())
      .use(streams({ models }))
      .handler((_event, { changes }) => String(changes.records.length));
    expect(await runStreamed(handler, { Records: [newOrder('1')] }, {})).toBe('1');
  });

  it('in durable mode every replay reads the event again', async () => {
    const seen: unknown[] = [];
    const handler = middy()
      .use(streams({ models }))
      .handler((_event, { changes }) => {
        seen.push(changes);
        return changes.process({ orders: ({ sequenceNumber }) => void done.push(sequenceNumber) });
      });
    const context = { lambdaContext: { getRemainingTimeInMillis: () => 30_000 } };
    expect(await call(handler, [newOrder('1')], { ...context })).toEqual(failures());
    expect(await call(handler, [newOrder('1')], { ...context })).toEqual(failures());
    expect(done).toEqual(['1', '1']);
    expect(seen[0]).not.toBe(seen[1]);
  });
});
