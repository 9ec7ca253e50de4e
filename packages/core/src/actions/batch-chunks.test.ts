import { describe, expect, it } from 'vitest';
import { compileModel } from '../compiled-model.ts';
import type { Connection } from '../connection.ts';
import {
  DeadlineExceededError,
  ItemTooLargeError,
  RequestRefusedError,
  ServiceError,
  TableNotFoundError,
  ThrottledError,
} from '../errors.ts';
import { defineModel, string } from '../index.ts';
import type { Binding } from '../observe.ts';
import { type BatchEntry, batchOperation, chunksOf, sendBatch } from './batch-chunks.ts';

const model = compileModel(
  defineModel({ name: 'Note', table: 'notes', key: { partition: 'id' }, attributes: { id: string() } }),
);

const entries = (count: number): BatchEntry[] => Array.from({ length: count }, (_, i) => ({ model, id: String(i) }));

const connectionOf = (binding: Binding): Connection => ({ client: undefined as never, binding });

/** Sends a batch to a function in DynamoDB's place, and keeps the ids of each request. */
function run(
  count: number,
  answer: (ids: string[], number: number) => readonly string[] | Promise<readonly string[]>,
  options: { concurrency?: number; maxAttempts?: number } = {},
  binding: Binding = {},
) {
  const requests: string[][] = [];
  const sendChunk = async (chunk: readonly BatchEntry[]) => {
    const ids = chunk.map(({ id }) => id);
    return { unprocessed: new Set(await answer(ids, requests.push(ids) - 1)), mayRepeat: false };
  };
  const batch = { operation: 'BatchGetItem', entries: entries(count), chunkSize: 3, sendChunk };
  return { outcome: sendBatch(connectionOf(binding), batch, options), requests };
}

describe('chunks', () => {
  it.each([
    [0, []],
    [1, [1]],
    [3, [3]],
    [4, [3, 1]],
    [9, [3, 3, 3]],
  ])('of %i entries', (count, sizes) => {
    const all = entries(count);
    const chunks = chunksOf(all, 3);
    expect(chunks.map(({ length }) => length)).toEqual(sizes);
    expect(chunks.flat()).toEqual(all);
  });

  it('name each table and model once', () => {
    const other = compileModel(
      defineModel({ name: 'Tag', table: 'notes', key: { partition: 'id' }, attributes: { id: string() } }),
    );
    expect(batchOperation('BatchGetItem', [{ model }, { model: other }, { model }])).toEqual({
      name: 'BatchGetItem',
      tables: ['notes'],
      models: ['Note', 'Tag'],
    });
  });
});

describe('a batch', () => {
  it('without entries sends nothing', async () => {
    const { outcome, requests } = run(0, () => []);
    expect(await outcome).toEqual({ left: new Set(), error: undefined, stopped: undefined });
    expect(requests).toEqual([]);
  });

  it('sends what was left unprocessed again, and only that', async () => {
    const { outcome, requests } = run(4, (ids, number) => (number < 2 ? ids.slice(1) : []), { concurrency: 1 });
    expect((await outcome).left.size).toBe(0);
    expect(requests).toEqual([['0', '1', '2'], ['1', '2'], ['2'], ['3']]);
  });

  it('gives up after maxAttempts requests for a chunk, and says what is left', async () => {
    const { outcome, requests } = run(4, (ids) => ids.filter((id) => id === '1'), { maxAttempts: 3 });
    const { left, error, stopped } = await outcome;
    expect([...left]).toEqual(['1']);
    expect(error).toBeUndefined();
    expect(stopped).toBeUndefined();
    expect(requests).toHaveLength(4);
  });

  it.each([
    ['4 by default', {}, 4],
    ['as many as told', { concurrency: 2 }, 2],
    ['no more than there are chunks', { concurrency: 100 }, 10],
  ])('has under way at a time %s', async (_, options, most) => {
    let running = 0;
    const seen: number[] = [];
    const { outcome } = run(
      30,
      async () => {
        seen.push(++running);
        await new Promise((resolve) => setImmediate(resolve));
        running--;
        return [];
      },
      options,
    );
    await outcome;
    expect(Math.max(...seen)).toBe(most);
    expect(seen).toHaveLength(10);
  });

  it.each([
    ['throttling', new ThrottledError('x')],
    ['a failing service', new ServiceError('x')],
    ['a table that does not exist', new TableNotFoundError('x')],
    ['what is no error of a service', new Error('x')],
  ])('begins no further request after %s', async (_, thrown) => {
    const { outcome, requests } = run(
      9,
      (_ids, number) => {
        if (number === 1) throw thrown;
        return [];
      },
      { concurrency: 1 },
    );
    const { left, error } = await outcome;
    expect(error).toBe(thrown);
    expect([...left]).toEqual(['3', '4', '5', '6', '7', '8']);
    expect(requests).toHaveLength(2);
  });

  it.each([
    ['too large', new ItemTooLargeError('x')],
    ['refused', new RequestRefusedError('x')],
  ])('goes on after a request that was %s', async (_, thrown) => {
    const { outcome } = run(
      9,
      (ids) => {
        if (ids.includes('4')) throw thrown;
        return [];
      },
      { concurrency: 1 },
    );
    const { left, error } = await outcome;
    expect(error).toBe(thrown);
    expect([...left]).toEqual(['3', '4', '5']);
  });

  it('rejects with the first error when nothing was processed', async () => {
    const thrown = new ThrottledError('x');
    const { outcome } = run(
      6,
      (ids, number) => {
        if (number > 0) throw thrown;
        return ids;
      },
      { concurrency: 1 },
    );
    await expect(outcome).rejects.toBe(thrown);
  });

  it.each([0, -1, 1.5, Number.NaN, '3' as never])('refuses the options %s', async (value) => {
    await expect(run(1, () => [], { concurrency: value }).outcome).rejects.toThrow(
      new RangeError('concurrency must be a whole number of at least 1'),
    );
    await expect(run(1, () => [], { maxAttempts: value }).outcome).rejects.toThrow(RangeError);
  });
});

describe('a batch that is stopped', () => {
  const reason = new Error('out of time');

  it('does not begin a back-off that could not end in time', async () => {
    const { outcome, requests } = run(4, (ids) => ids.slice(1), { concurrency: 1 }, { remaining: () => 0 });
    const { left, error, stopped } = await outcome;
    expect(requests).toEqual([['0', '1', '2']]);
    expect([...left]).toEqual(['1', '2', '3']);
    expect(error).toBeUndefined();
    const partial = { written: 1 };
    const thrown = stopped?.(partial);
    expect(thrown).toBeInstanceOf(DeadlineExceededError);
    expect(thrown).toMatchObject({ operation: 'BatchGetItem', model: 'Note', sent: true, timeLeft: 0 });
    expect(thrown?.partial).toBe(partial);
    expect(Object.keys(thrown as Error)).not.toContain('partial');
  });

  it('ends its back-off when the signal aborts', async () => {
    const controller = new AbortController();
    const { outcome, requests } = run(
      3,
      (ids, number) => {
        if (number === 2) queueMicrotask(() => controller.abort(reason)); // in the back-off that follows
        return ids;
      },
      { maxAttempts: 1000 },
      { signal: controller.signal, remaining: () => 60_000 },
    );
    const { left, stopped } = await outcome;
    expect(stopped?.({})).toMatchObject({ cause: reason, sent: true, timeLeft: 60_000 });
    expect(left.size).toBe(3);
    expect(requests).toHaveLength(3);
  });

  it('is late, whatever else failed', async () => {
    const late = new DeadlineExceededError({
      operation: 'BatchGetItem',
      model: 'Note',
      timeLeft: 5,
      sent: false,
      cause: reason,
    });
    const { outcome } = run(6, (_ids, number) => {
      throw number === 0 ? new ThrottledError('x') : late;
    });
    const { left, stopped } = await outcome;
    expect(left.size).toBe(6);
    expect(stopped?.({})).toMatchObject({ cause: reason, sent: true });
  });

  it('was not sent when its first request was not', async () => {
    const late = new DeadlineExceededError({ timeLeft: undefined, sent: false, cause: reason });
    const { outcome } = run(30, () => {
      throw late;
    });
    const { stopped } = await outcome;
    expect(stopped?.({})).toMatchObject({ sent: false, cause: reason });
  });
});

describe('a write of a batch that was tried again without an answer', () => {
  const chunk = (mayRepeat: boolean, unprocessed: string[], then?: Error) => {
    let sent = 0;
    const sendChunk = async () => {
      if (sent++ > 0 && then !== undefined) throw then;
      return { unprocessed: new Set(unprocessed), mayRepeat };
    };
    const batch = { operation: 'BatchWriteItem', entries: entries(1), chunkSize: 3, sendChunk };
    return sendBatch(connectionOf({}), batch, { maxAttempts: 2 });
  };
  const late = () => new DeadlineExceededError({ timeLeft: undefined, sent: true, cause: new Error('over') });
  const failed = (mayBeDone: boolean) => Object.assign(new ServiceError('x'), { mayBeDone });

  it.each([
    [true, true],
    [false, false],
  ])('may be done where it is left unprocessed: %s', async (mayRepeat, mayBeDone) => {
    await expect(chunk(mayRepeat, ['0'], failed(false))).rejects.toMatchObject({ mayBeDone });
    const { stopped } = await chunk(mayRepeat, ['0'], late());
    expect(stopped?.({})).toMatchObject({ mayBeDone });
  });

  it('may be done where its error says so', async () => {
    await expect(chunk(false, ['0'], failed(true))).rejects.toMatchObject({ mayBeDone: true });
    const { stopped } = await chunk(false, ['0'], Object.assign(late(), { mayBeDone: true }));
    expect(stopped?.({})).toMatchObject({ mayBeDone: true });
  });

  it('is done where nothing is left', async () => {
    expect((await chunk(true, [])).left.size).toBe(0);
  });
});
