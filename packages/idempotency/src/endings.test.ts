import middy from '@middy/core';
import { deadline, deadlinePlugin } from '@tabletheory/deadline';
import { dynamodb } from '@tabletheory/dynamodb';
import { httpErrors } from '@tabletheory/http-errors';
import { testContext } from '@tabletheory/invocation/testing';
import { useEngine } from '@tabletheory/testkit';
import { describe, expect, it, vi } from 'vitest';
import { idempotency } from './middleware.ts';
import { call, chain, recordOf } from './test-chain.ts';
import { models } from './test-models.ts';

const { tables, client } = useEngine({ models, emptyBeforeEach: true });

describe('a request that fails', () => {
  it('may be repeated at once', async () => {
    const run = vi.fn(() => 'done');
    run.mockImplementationOnce(() => {
      throw new Error('failed');
    });
    const handler = chain(tables(), run);
    await expect(call(handler, { key: 'a' })).rejects.toThrow('failed');
    expect(await tables().idempotency.scan().all()).toEqual([]);
    expect(await call(handler, { key: 'a' })).toBe('done');
  });

  it('in a later before may be repeated at once', async () => {
    let fails = true;
    const handler = chain(tables(), () => 'done').before(() => {
      if (fails) throw new Error('failed');
    });
    await expect(call(handler, { key: 'a' })).rejects.toThrow('failed');
    fails = false;
    expect(await call(handler, { key: 'a' })).toBe('done');
  });

  it('in an earlier before has no record', async () => {
    const handler = middy()
      .before(() => {
        throw new Error('failed');
      })
      .use(idempotency({ key: () => 'a', tables: tables() }))
      .handler(() => {});
    await expect(call(handler, {})).rejects.toThrow('failed');
    expect(await tables().idempotency.scan().all()).toEqual([]);
  });

  it('outside of the middleware keeps its response', async () => {
    let fails = true;
    const run = vi.fn(async () => 'done');
    const handler = middy()
      .after(() => {
        if (fails) throw new Error('failed');
      })
      .use(idempotency({ key: () => 'a', tables: tables() }))
      .handler(run);
    await expect(call(handler, {})).rejects.toThrow('failed');
    fails = false;
    expect(await call(handler, {})).toBe('done');
    expect(run).toHaveBeenCalledTimes(1);
  });

  it('has its record deleted when another middleware answers its error', async () => {
    const handler = middy()
      .use(httpErrors())
      .use(idempotency({ key: () => 'a', tables: tables() }))
      .handler(() => {
        throw new Error('failed');
      });
    expect(await call(handler, {})).toMatchObject({ statusCode: 500 });
    expect(await tables().idempotency.scan().all()).toEqual([]);
  });
});

describe('an early response', () => {
  it('inside of the middleware is not stored', async () => {
    const handler = chain(tables(), () => 'done').before(() => 'early');
    expect(await call(handler, { key: 'a' })).toBe('early');
    await expect.poll(() => tables().idempotency.scan().all()).toEqual([]);
  });

  it('of an after inside of the middleware is stored', async () => {
    const run = vi.fn(() => 'done');
    const handler = chain(tables(), run).after(() => 'changed');
    expect(await call(handler, { key: 'a' })).toBe('changed');
    await expect.poll(async () => (await recordOf(tables())).status).toBe('completed');
    expect(await call(handler, { key: 'a' })).toBe('changed');
    expect(run).toHaveBeenCalledTimes(1);
  });

  it('outside of the middleware has no record', async () => {
    const handler = middy()
      .before(() => 'early')
      .use(idempotency({ key: () => 'a', tables: tables() }))
      .handler(() => {});
    expect(await call(handler, {})).toBe('early');
    expect(await tables().idempotency.scan().all()).toEqual([]);
  });
});

describe('time', () => {
  it('must be left for a request to begin', async () => {
    const run = vi.fn();
    const handler = chain(tables(), run, { minimumTime: 200 });
    await expect(call(handler, { key: 'a' }, testContext({ timeout: 100 }))).rejects.toMatchObject({
      code: 'IDEMPOTENCY_NO_TIME',
      statusCode: 503,
      expose: false,
    });
    const withDeadline = middy()
      .use(deadline({ reserve: 59_900 }))
      .use(idempotency({ key: () => 'a', tables: tables(), minimumTime: 200 }))
      .handler(run);
    await expect(call(withDeadline, {}, testContext({ timeout: 60_000 }))).rejects.toMatchObject({
      code: 'IDEMPOTENCY_NO_TIME',
    });
    expect(run).not.toHaveBeenCalled();
    expect(await tables().idempotency.scan().all()).toEqual([]);
  });

  it('is Lambda’s longest where there is none', async () => {
    const handler = chain(tables(), async () => (await recordOf(tables())).until.getTime() - Date.now());
    const left = await call(handler, { key: 'a' }, {});
    expect(left).toBeGreaterThan(880_000);
    expect(left).toBeLessThanOrEqual(901_000);
  });

  it('that the deadline kept back is for storing the response', async () => {
    const run = vi.fn(async (_event: unknown, { deadline }: any) => {
      await new Promise((resolve) => deadline.signal.addEventListener('abort', resolve));
      return 'late';
    });
    const handler = middy()
      .use(deadline({ reserve: 9_500 }))
      .use(dynamodb({ models, client: client() }))
      .use(idempotency({ key: () => 'a' }))
      .handler(run);
    expect(await call(handler, {}, testContext({ timeout: 10_000 }))).toBe('late');
    expect(await call(handler, {}, testContext({ timeout: 10_000 }))).toBe('late');
    expect(run).toHaveBeenCalledTimes(1);
  });

  it('that is over leaves the request in progress: its handler may still run', async () => {
    const options = { key: () => 'a', tables: tables() };
    const given = [
      middy(deadlinePlugin({ reserve: 9_500 })).use(idempotency(options)),
      middy({ timeoutEarlyInMillis: 9_500 }).use(idempotency(options)),
      middy()
        .use(deadline({ reserve: 9_500 }))
        .use(idempotency(options))
        .before(async ({ context }: any) => {
          await new Promise((resolve) => context.deadline.signal.addEventListener('abort', resolve));
          throw new Error('failed');
        }),
    ];
    for (const each of given) {
      const handler = each.handler(() => new Promise(() => {}));
      await expect(call(handler, {}, testContext({ timeout: 10_000 }))).rejects.toThrow();
      await expect(call(handler, {}, testContext({ timeout: 60_000 }))).rejects.toMatchObject({ statusCode: 409 });
      const { id } = await recordOf(tables());
      await tables().idempotency.delete({ id });
    }
  });
});
