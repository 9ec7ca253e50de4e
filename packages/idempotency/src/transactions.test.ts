import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { createTables } from '@tabletheory/core';
import { testContext } from '@tabletheory/invocation/testing';
import { logger } from '@tabletheory/logger';
import { captureLines, matchers, useEngine } from '@tabletheory/testkit';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import type { Idempotency } from './attempt.ts';
import { call, chain, counted, countOnce, expire, recordOf } from './test-chain.ts';
import { models } from './test-models.ts';

expect.extend(matchers);
const { tables, engine } = useEngine({ models, emptyBeforeEach: true });

beforeEach(async () => {
  await tables().counters.create({ counterId: 'c', count: 0 });
});

describe('a token', () => {
  it('is the same in every run of a request, and of 36 characters', async () => {
    const tokens: string[] = [];
    const handler = chain(tables(), (_event, { idempotency }) => {
      tokens.push(idempotency.token(), idempotency.token('mail'));
      throw new Error('failed');
    });
    for (const key of ['a', 'a', 'b']) await call(handler, { key }).catch(() => {});
    expect(tokens.slice(0, 2)).toEqual(tokens.slice(2, 4));
    expect(new Set(tokens).size).toBe(4);
    for (const token of tokens) expect(token).toMatch(/^[\w-]{36}$/);
  });

  it('has a transaction done once that a failed run has done before', async () => {
    let fails = true;
    const handler = chain(tables(), async (_event, { idempotency }) => {
      await countOnce(tables(), idempotency.token());
      if (fails) throw new Error('failed');
      return 'done';
    });
    await expect(call(handler, { key: 'a' })).rejects.toThrow('failed');
    fails = false;
    expect(await call(handler, { key: 'a' })).toBe('done');
    expect(await counted(tables())).toBe(1);
  });

  it('has a repeated transaction with other content refused', async () => {
    let amount = 1;
    const handler = chain(tables(), async (_event, { idempotency }) => {
      const token = idempotency.token();
      const add = amount++;
      await tables().$transactWrite((tx) => [tx.counters.update({ counterId: 'c' }, (u) => u.add('count', add))], {
        token,
      });
      throw new Error('failed');
    });
    await expect(call(handler, { key: 'other content' })).rejects.toThrow('failed');
    await expect(call(handler, { key: 'other content' })).rejects.toMatchObject({ code: 'REQUEST_REFUSED' });
    expect(await counted(tables())).toBe(1);
  });
});

describe('complete', () => {
  const countAndComplete = (idempotency: Idempotency, response: unknown) =>
    tables().$transactWrite((tx) => [
      tx.counters.update({ counterId: 'c' }, (u) => u.add('count', 1)),
      idempotency.complete(tx.idempotency, response),
    ]);

  it('makes what is written and that it is done one', async () => {
    let fails = true;
    const handler = chain(tables(), async (_event, { idempotency }) => {
      await countAndComplete(idempotency, { statusCode: 201 });
      if (fails) throw new Error('failed');
    });
    await expect(call(handler, { key: 'a' })).rejects.toThrow('failed');
    fails = false;
    expect(await call(handler, { key: 'a' })).toEqual({ statusCode: 201 });
    expect(await counted(tables())).toBe(1);
    expect(await recordOf(tables())).toMatchObject({ status: 'completed', response: '{"statusCode":201}' });
  });

  it('writes nothing more when the handler has returned', async () => {
    const lines = captureLines();
    const handler = chain(tables(), async (_event, { idempotency }) => {
      await countAndComplete(idempotency, 'first');
      return 'second';
    }).use(logger({ service: 'orders', destination: lines }));
    expect(await call(handler, { key: 'a' })).toBe('second');
    expect(await call(handler, { key: 'a' })).toBe('first');
    expect(lines.logs().filter(({ level }) => level === 'ERROR')).toEqual([]);
  });

  it('is undone with its transaction', async () => {
    const handler = chain(tables(), async (_event, { idempotency }) => {
      const written = tables().$transactWrite((tx) => [
        tx.counters.create({ counterId: 'c', count: 1 }),
        idempotency.complete(tx.idempotency, 'not done'),
      ]);
      await expect(written).rejects.toMatchObject({ code: 'TRANSACTION_CANCELED' });
      return 'done otherwise';
    });
    expect(await call(handler, { key: 'a' })).toBe('done otherwise');
    expect(await call(handler, { key: 'a' })).toBe('done otherwise');
  });

  it('keeps one run from writing when another has taken over', async () => {
    const run = vi.fn();
    const handler = chain(tables(), async (_event, { idempotency }) => {
      run();
      if (run.mock.calls.length === 1) {
        await expire(tables()); // as if it had been frozen for longer than its time
        expect(await call(handler, { key: 'a' })).toBe('by the second');
        await expect(countAndComplete(idempotency, 'by the first')).rejects.toMatchObject({
          code: 'TRANSACTION_CANCELED',
        });
        return 'too late';
      }
      await countAndComplete(idempotency, 'by the second');
      return 'by the second';
    });
    expect(await call(handler, { key: 'a' })).toBe('too late');
    expect(await call(handler, { key: 'a' })).toBe('by the second');
    expect(await counted(tables())).toBe(1);
  });

  it('stores a response that is too large as one that was not stored', async () => {
    const handler = chain(tables(), (_event, { idempotency }) => countAndComplete(idempotency, 'x'.repeat(200)), {
      maxResponseSize: 100,
    });
    await call(handler, { key: 'a' });
    await expect(call(handler, { key: 'a' })).rejects.toMatchObject({ code: 'IDEMPOTENCY_RESPONSE_NOT_STORED' });
    expect(await counted(tables())).toBe(1);
  });
});

describe('a record that cannot be written', () => {
  /** Tables whose writes can be made to fail. */
  function failingTables() {
    const client = new DynamoDBClient({ ...engine().clientConfig, maxAttempts: 1 });
    const { requestHandler } = client.config;
    const handle = requestHandler.handle.bind(requestHandler);
    const state = {
      tables: createTables({ client, models }),
      how: 'works' as 'works' | 'fails' | 'loses the answer' | 'hangs',
    };
    requestHandler.handle = async (request, options) => {
      if (state.how === 'hangs') {
        return new Promise((_resolve, reject) => {
          const { abortSignal } = options as { abortSignal: AbortSignal };
          abortSignal.addEventListener('abort', () => reject(abortSignal.reason));
        });
      }
      const lost = Object.assign(new Error('reset'), { code: 'ECONNRESET' });
      if (state.how === 'fails') throw lost;
      const answer = await handle(request, options);
      if (state.how === 'works') return answer;
      state.how = 'works';
      throw lost;
    };
    return state;
  }

  it('keeps the handler from running', async () => {
    const failing = failingTables();
    failing.how = 'fails';
    const run = vi.fn();
    await expect(call(chain(failing.tables, run), { key: 'a' })).rejects.toMatchObject({ code: 'CONNECTION_FAILED' });
    expect(run).not.toHaveBeenCalled();
  });

  it('is logged when the handler has done its work, and the response is given', async () => {
    const failing = failingTables();
    const lines = captureLines();
    const handler = chain(failing.tables, () => {
      failing.how = 'fails';
      return 'done';
    }).use(logger({ service: 'orders', destination: lines }));
    expect(await call(handler, { key: 'a' })).toBe('done');
    expect(lines).toHaveLogged({ level: 'ERROR', message: 'the response of an idempotent request was not stored' });
  });

  it('is logged when the handler has failed, and the error is the handler’s', async () => {
    const failing = failingTables();
    const lines = captureLines();
    const handler = chain(failing.tables, () => {
      failing.how = 'fails';
      throw new Error('failed');
    }).use(logger({ service: 'orders', destination: lines }));
    await expect(call(handler, { key: 'a' })).rejects.toThrow('failed');
    expect(lines).toHaveLogged({ level: 'ERROR', message: 'the record of a failed request was not deleted' });
  });

  it('is given up before the Lambda timeout', async () => {
    const failing = failingTables();
    const handler = chain(failing.tables, () => {
      failing.how = 'hangs';
      return 'done';
    });
    expect(await call(handler, { key: 'a' }, testContext({ timeout: 1_000 }))).toBe('done');
  });

  it('is there all the same when only the answer was lost', async () => {
    const failing = failingTables();
    const lines = captureLines();
    const handler = chain(failing.tables, () => {
      failing.how = 'loses the answer';
      return 'done';
    }).use(logger({ service: 'orders', destination: lines }));
    expect(await call(handler, { key: 'a' })).toBe('done');
    expect(lines.logs().filter(({ level }) => level === 'ERROR')).toHaveLength(1);
    expect((await recordOf(tables())).status).toBe('completed');
    expect(await call(handler, { key: 'a' })).toBe('done');
  });

  it('is logged when another run has taken over', async () => {
    const lines = captureLines();
    const handler = chain(tables(), async () => {
      const { id } = await recordOf(tables());
      await tables().idempotency.update({ id }, { attempt: 'another' });
      return 'done';
    }).use(logger({ service: 'orders', destination: lines }));
    expect(await call(handler, { key: 'a' })).toBe('done');
    expect(lines).toHaveLogged({ level: 'ERROR', message: 'the response of an idempotent request was not stored' });
    expect((await recordOf(tables())).status).toBe('started');
  });
});
