import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { createTables, DeadlineExceededError } from '@tabletheory/core';
import { useEngine } from '@tabletheory/testkit';
import { describe, expect, it } from 'vitest';
import type { Lease } from './lease.ts';
import { LeaseHeldError } from './lease-held-error.ts';
import { LeaseLostError } from './lease-lost-error.ts';
import { createLeases } from './leases.ts';
import { models } from './test-models.ts';

const { tables, client, engine } = useEngine({ models, emptyBeforeEach: true });

/** The lease, as soon as it can be had. */
async function acquireWhenFree(options: { duration: number; margin: number }): Promise<Lease> {
  for (;;) {
    try {
      return await createLeases({ tables: tables(), ...options }).acquire('a');
    } catch (error) {
      if (!(error instanceof LeaseHeldError)) throw error;
      await wait(20);
    }
  }
}

describe('acquire', () => {
  it('gives a lease to one at a time, with a higher fencing token each', async () => {
    const leases = createLeases({ tables: tables() });
    const first = await leases.acquire('a');
    await expect(leases.acquire('a')).rejects.toThrow(LeaseHeldError);
    await first.release();
    const second = await leases.acquire('a');
    expect(second.fencingToken).toBe(first.fencingToken + 1);
    expect(second.remaining()).toBeGreaterThan(29_000);
    const other = await leases.acquire('b');
    expect(other.key).toBe('b');
  });

  it('tells when the lease may be free', async () => {
    const leases = createLeases({ tables: tables(), duration: 20_000, margin: 5_000 });
    await leases.acquire('a');
    const error = await leases.acquire('a').catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ code: 'LEASE_HELD', statusCode: 409, expose: true, retryable: true });
    const { retryAfter, headers } = error as LeaseHeldError;
    expect(retryAfter).toBeGreaterThan(20_000);
    expect(retryAfter).toBeLessThanOrEqual(25_000);
    expect(headers).toEqual({ 'retry-after': String(Math.ceil(retryAfter / 1_000)) });
    expect((error as Error).cause).toEqual({ package: '@tabletheory/lease', data: { retryAfter } });
  });

  it.each(['new', 'released'])('gives a %s lease to one of many who ask at once', async (state) => {
    const leases = createLeases({ tables: tables() });
    if (state === 'released') await (await leases.acquire('a')).release();
    const results = await Promise.allSettled(Array.from({ length: 30 }, () => leases.acquire('a')));
    expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    const refused = results.flatMap((result) => (result.status === 'rejected' ? [result.reason] : []));
    for (const reason of refused) expect(reason).toBeInstanceOf(LeaseHeldError);
  });

  it('takes over a lease that is over, and not before the margin', async () => {
    const options = { duration: 200, margin: 150 };
    const startedAt = Date.now();
    const first = await createLeases({ tables: tables(), ...options }).acquire('a');
    const second = await acquireWhenFree(options);
    expect(Date.now() - startedAt).toBeGreaterThanOrEqual(350);
    expect(second.fencingToken).toBe(first.fencingToken + 1);
    expect(first.remaining()).toBe(0);
  });

  it('counts on where the item was deleted in the meantime', async () => {
    const leases = createLeases({ tables: tables() });
    const first = await leases.acquire('a');
    await first.release();
    const second = await leases.acquire('a');
    await tables().leases.delete({ key: 'a' });
    await wait(5);
    expect((await leases.acquire('a')).fencingToken).toBeGreaterThan(second.fencingToken);
  });

  it.each(['new', 'released'])('knows its own write of a %s lease when the answer was lost', async (state) => {
    if (state === 'released') await (await createLeases({ tables: tables() }).acquire('a')).release();
    const before = await tables().leases.get({ key: 'a' });
    const unreliable = losingAnswers();
    const leases = createLeases({ tables: createTables({ client: unreliable.client, models }) });
    const lease = await leases.acquire('a');
    expect(unreliable.lost).toBe(true);
    if (before !== undefined) expect(lease.fencingToken).toBe(before.fencingToken + 1);
    await lease.refresh();
    await expect(createLeases({ tables: tables() }).acquire('a')).rejects.toThrow(LeaseHeldError);
  });

  /** A client that loses the answer to its first successful write. */
  function losingAnswers() {
    const unreliable = new DynamoDBClient(engine().clientConfig);
    const state = { client: unreliable, lost: false };
    const { requestHandler } = unreliable.config;
    const handle = requestHandler.handle.bind(requestHandler);
    requestHandler.handle = async (...args) => {
      const answer = await handle(...args);
      if (state.lost || answer.response.statusCode !== 200) return answer;
      state.lost = true;
      throw Object.assign(new Error('socket hang up'), { code: 'ECONNRESET' });
    };
    return state;
  }

  it('obeys the signal and the deadline of its tables', async () => {
    const signal = AbortSignal.abort(new Error('over'));
    await expect(createLeases({ tables: tables() }).acquire('a', { signal })).rejects.toThrow(DeadlineExceededError);
    const bound = createLeases({ tables: tables().$bind({ signal }) });
    await expect(bound.acquire('a')).rejects.toThrow(DeadlineExceededError);
    expect(await tables().leases.get({ key: 'a' })).toBeUndefined();
  });

  it('takes over from a process that was killed', { timeout: 60_000 }, async () => {
    const child = spawn(process.execPath, [join(import.meta.dirname, 'test-holder.ts')], {
      stdio: ['ignore', 'pipe', 'inherit'],
      env: { ...process.env, LEASE_KEY: 'a', LEASE_DURATION: '3000' },
    });
    const exited = once(child, 'exit');
    const [line] = await once(child.stdout.setEncoding('utf8'), 'data');
    await wait(4_000); // longer than the lease: it is kept
    await expect(createLeases({ tables: tables() }).acquire('a')).rejects.toThrow(LeaseHeldError);
    child.kill('SIGKILL');
    await exited;
    const next = await acquireWhenFree({ duration: 3_000, margin: 200 });
    expect(next.fencingToken).toBe(Number(line) + 1);
  });
});

describe('a lease', () => {
  it('is refreshed for its whole duration', async () => {
    const lease = await createLeases({ tables: tables(), duration: 10_000 }).acquire('a');
    await wait(30);
    expect(lease.remaining()).toBeLessThanOrEqual(9_980);
    const before = await tables().leases.getOrThrow({ key: 'a' });
    await lease.refresh();
    const after = await tables().leases.getOrThrow({ key: 'a' });
    expect(after.until.getTime()).toBeGreaterThan(before.until.getTime());
    expect(after.expiresAt.getTime()).toBeGreaterThan(after.until.getTime());
    expect(after.fencingToken).toBe(before.fencingToken);
  });

  it('is lost when another worker has taken it', async () => {
    const lease = await createLeases({ tables: tables() }).acquire('a');
    await tables().leases.update({ key: 'a' }, { owner: 'another' });
    await expect(lease.refresh()).rejects.toMatchObject({
      name: 'LeaseLostError',
      how: 'refused',
      statusCode: 503,
      cause: { package: '@tabletheory/lease' },
    });
    expect(lease.remaining()).toBe(0);
    await lease.release();
    expect(await tables().leases.get({ key: 'a' })).toMatchObject({ owner: 'another' });
  });

  it('is lost when its item is gone', async () => {
    const lease = await createLeases({ tables: tables() }).acquire('a');
    await tables().leases.delete({ key: 'a' });
    await expect(lease.refresh()).rejects.toThrow(LeaseLostError);
    await lease.release();
    expect(await tables().leases.get({ key: 'a' })).toBeUndefined();
  });

  it('is lost when its time is over, although nobody has taken it', async () => {
    const lease = await createLeases({ tables: tables(), duration: 40, margin: 10 }).acquire('a');
    await wait(60);
    await expect(lease.refresh()).rejects.toMatchObject({ how: 'expired' });
  });

  it('is released once, and at the end of a block', async () => {
    const leases = createLeases({ tables: tables() });
    {
      await using lease = await leases.acquire('a');
      expect(await tables().leases.get({ key: 'a' })).toMatchObject({ fencingToken: lease.fencingToken });
    }
    const next = await leases.acquire('a');
    await next.release();
    await next.release();
    expect(next.remaining()).toBe(0);
    await expect(next.refresh()).rejects.toThrow(LeaseLostError);
  });

  it('is released after the deadline of its tables', async () => {
    const controller = new AbortController();
    const lease = await createLeases({ tables: tables().$bind({ signal: controller.signal }) }).acquire('a');
    controller.abort(new Error('over'));
    await lease.release();
    expect((await tables().leases.getOrThrow({ key: 'a' })).owner).toBeUndefined();
  });

  it('may be a condition of a transaction', async () => {
    const leases = createLeases({ tables: tables() });
    const lease = await leases.acquire('a');
    const guarded = () =>
      tables().$transactWrite((tx) => [
        tx.leases.check({ key: 'a' }, (c) => c('fencingToken', '=', lease.fencingToken)),
        tx.leases.put({ key: 'b', fencingToken: 1, until: new Date(), expiresAt: new Date() }),
      ]);
    await guarded();
    await lease.release();
    await leases.acquire('a');
    await expect(guarded()).rejects.toMatchObject({ code: 'TRANSACTION_CANCELED' });
  });
});

describe('createLeases', () => {
  it.each([
    ['duration', { duration: 0 }],
    ['duration', { duration: Number.NaN }],
    ['duration', { duration: 86_400_001 }],
    ['margin', { margin: -1 }],
    ['margin', { duration: 1_000, margin: 1_000 }],
    ['margin', { margin: Number.NaN }],
  ])('refuses a %s out of range', (name, options) => {
    expect(() => createLeases({ tables: tables(), ...options })).toThrow(RangeError);
    expect(() => createLeases({ tables: tables(), ...options })).toThrow(name);
  });

  it('refuses tables without leases', () => {
    const others = createTables({ client: client(), models: {} });
    expect(() => createLeases({ tables: others as never })).toThrow(/add leases: leaseModel\(\)/);
  });
});
