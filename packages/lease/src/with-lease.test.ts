import { setTimeout as wait } from 'node:timers/promises';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { createTables } from '@tabletheory/core';
import { useEngine } from '@tabletheory/testkit';
import { describe, expect, it } from 'vitest';
import { LeaseHeldError } from './lease-held-error.ts';
import { LeaseLostError } from './lease-lost-error.ts';
import { createLeases, type LeaseHolder } from './leases.ts';
import { models } from './test-models.ts';

const { tables, engine } = useEngine({ models, emptyBeforeEach: true });

const ownerOf = async (key: string) => (await tables().leases.getOrThrow({ key })).owner;

/** Waits for the signal, as a function that obeys it does. */
const untilAborted = ({ signal }: LeaseHolder): Promise<never> =>
  new Promise((_resolve, reject) => {
    if (signal.aborted) reject(signal.reason);
    signal.addEventListener('abort', () => reject(signal.reason));
  });

describe('withLease', () => {
  it('holds the lease while the function runs, and gives its result', async () => {
    const leases = createLeases({ tables: tables() });
    const result = await leases.withLease('a', async ({ signal, fencingToken }) => {
      expect(signal.aborted).toBe(false);
      await expect(leases.withLease('a', () => expect.unreachable())).rejects.toThrow(LeaseHeldError);
      return fencingToken;
    });
    expect(result).toBe((await tables().leases.getOrThrow({ key: 'a' })).fencingToken);
    expect(await ownerOf('a')).toBeUndefined();
    expect(await leases.withLease('a', ({ fencingToken }) => fencingToken)).toBe(result + 1);
  });

  it('throws what the function throws, and releases the lease', async () => {
    const leases = createLeases({ tables: tables() });
    const failure = new Error('failed');
    const thrown = leases.withLease('a', () => {
      throw failure;
    });
    await expect(thrown).rejects.toBe(failure);
    expect(await ownerOf('a')).toBeUndefined();
  });

  it('lets one work at a time', { timeout: 60_000 }, async () => {
    let working = 0;
    let done = 0;
    const tokens: number[] = [];
    const worker = async (): Promise<void> => {
      const leases = createLeases({ tables: tables() });
      for (;;) {
        try {
          await leases.withLease('a', async ({ fencingToken }) => {
            expect(++working).toBe(1);
            tokens.push(fencingToken);
            await wait(5);
            working--;
            done++;
          });
          return;
        } catch (error) {
          if (!(error instanceof LeaseHeldError)) throw error;
          await wait(Math.random() * 20);
        }
      }
    };
    await Promise.all(Array.from({ length: 10 }, worker));
    expect(done).toBe(10);
    expect(tokens).toEqual(tokens.toSorted((a, b) => a - b));
    expect(new Set(tokens).size).toBe(10);
  });

  it('keeps the lease for longer than its duration', async () => {
    const options = { tables: tables(), duration: 3_000, margin: 0 };
    await createLeases(options).withLease('a', async ({ signal }) => {
      const end = Date.now() + 4_500;
      while (Date.now() < end) {
        await expect(createLeases(options).acquire('a')).rejects.toThrow(LeaseHeldError);
        await wait(50);
      }
      expect(signal.aborted).toBe(false);
    });
  });

  it('aborts the signal when another worker has taken the lease', async () => {
    const leases = createLeases({ tables: tables() });
    const lost = leases.withLease(
      'a',
      async (holder) => {
        await tables().leases.update({ key: 'a' }, { owner: 'another' });
        await untilAborted(holder);
      },
      { every: 20 },
    );
    await expect(lost).rejects.toMatchObject({ name: 'LeaseLostError', how: 'refused' });
    expect(await ownerOf('a')).toBe('another');
  });

  it('drops the result of a function that went on without the lease', async () => {
    const leases = createLeases({ tables: tables() });
    const lost = leases.withLease(
      'a',
      async (holder) => {
        await tables().leases.update({ key: 'a' }, { owner: 'another' });
        await untilAborted(holder).catch(() => {});
        return 'done';
      },
      { every: 20 },
    );
    await expect(lost).rejects.toThrow(LeaseLostError);
  });

  it('aborts the signal when refreshing fails until the lease is over', async () => {
    const client = new DynamoDBClient({ ...engine().clientConfig, maxAttempts: 1 });
    const leases = createLeases({ tables: createTables({ client, models }), duration: 300, margin: 50 });
    const lost = leases.withLease('a', (holder) => {
      client.config.requestHandler.handle = () =>
        Promise.reject(Object.assign(new Error('refused'), { code: 'ECONNREFUSED' }));
      return untilAborted(holder);
    });
    const error = (await lost.catch((thrown: unknown) => thrown)) as LeaseLostError;
    expect(error).toMatchObject({ name: 'LeaseLostError', how: 'expired', lastError: { code: 'CONNECTION_FAILED' } });
  });

  it('gives up a refresh that hangs when the lease is over', async () => {
    const client = new DynamoDBClient({ ...engine().clientConfig, maxAttempts: 1 });
    const leases = createLeases({ tables: createTables({ client, models }), duration: 300, margin: 50 });
    const { requestHandler } = client.config;
    const handle = requestHandler.handle.bind(requestHandler);
    let hung = 0;
    const lost = leases.withLease('a', (holder) => {
      requestHandler.handle = (request, options) => {
        if (hung++ > 0) return handle(request, options); // the release
        return new Promise((_resolve, reject) => {
          const { abortSignal } = options as { abortSignal: AbortSignal };
          abortSignal.addEventListener('abort', () => reject(abortSignal.reason));
        });
      };
      return untilAborted(holder);
    });
    await expect(lost).rejects.toMatchObject({ how: 'expired' });
    expect(hung).toBe(2);
    expect(await ownerOf('a')).toBeUndefined();
  });

  it('goes on after a refresh that failed', async () => {
    const client = new DynamoDBClient({ ...engine().clientConfig, maxAttempts: 1 });
    const { requestHandler } = client.config;
    const handle = requestHandler.handle.bind(requestHandler);
    let requests = 0;
    requestHandler.handle = (...args) => {
      if (requests++ === 1) return Promise.reject(Object.assign(new Error('reset'), { code: 'ECONNRESET' }));
      return handle(...args);
    };
    // Of an item that is there, so that the first request acquires it.
    await createLeases({ tables: tables() }).withLease('a', () => {});
    const leases = createLeases({ tables: createTables({ client, models }) });
    const signal = await leases.withLease(
      'a',
      async ({ signal }) => {
        await expect.poll(() => requests).toBeGreaterThan(3);
        return signal;
      },
      { every: 20 },
    );
    expect(signal.aborted).toBe(false);
  });

  it('notices a function that kept the event loop from running', async () => {
    const leases = createLeases({ tables: tables(), duration: 200, margin: 50 });
    const lost = leases.withLease('a', () => {
      const end = performance.now() + 300;
      while (performance.now() < end);
    });
    await expect(lost).rejects.toMatchObject({ how: 'expired' });
  });

  it('obeys the outer signal, and still releases the lease', async () => {
    const leases = createLeases({ tables: tables() });
    const controller = new AbortController();
    const reason = new Error('the deadline');
    const stopped = leases.withLease(
      'a',
      (holder) => {
        controller.abort(reason);
        return untilAborted(holder);
      },
      { signal: controller.signal },
    );
    await expect(stopped).rejects.toBe(reason);
    expect(await ownerOf('a')).toBeUndefined();
    await expect(leases.withLease('a', () => expect.unreachable(), { signal: controller.signal })).rejects.toBe(reason);
  });

  it('obeys the deadline of its tables, and still releases the lease', async () => {
    const controller = new AbortController();
    const reason = new Error('the deadline');
    const leases = createLeases({ tables: tables().$bind({ signal: controller.signal }) });
    const stopped = leases.withLease(
      'a',
      (holder) => {
        controller.abort(reason);
        return untilAborted(holder);
      },
      { every: 20 },
    );
    await expect(stopped).rejects.toBe(reason);
    expect(await ownerOf('a')).toBeUndefined();
  });

  it.each(['returns', 'throws', 'is stopped'])('leaves no timer when the function %s', async (how) => {
    const timers = () => process.getActiveResourcesInfo().filter((name) => name === 'Timeout').length;
    const before = timers();
    const controller = new AbortController();
    const leases = createLeases({ tables: tables(), duration: 86_400_000 });
    const ended = leases.withLease(
      'a',
      (holder) => {
        expect(timers()).toBeGreaterThan(before);
        if (how === 'throws') throw new Error('failed');
        if (how === 'returns') return undefined;
        controller.abort(new Error('over'));
        return untilAborted(holder);
      },
      { signal: controller.signal },
    );
    await ended.catch(() => {});
    await expect.poll(timers).toBeLessThanOrEqual(before);
  });

  it('refuses a heartbeat that is too slow', async () => {
    const leases = createLeases({ tables: tables(), duration: 1_000, margin: 0 });
    for (const every of [0, 1_000, Number.NaN]) {
      await expect(leases.withLease('a', () => expect.unreachable(), { every })).rejects.toThrow(RangeError);
    }
    expect(await ownerOf('a')).toBeUndefined();
  });
});
