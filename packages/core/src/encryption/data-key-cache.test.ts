import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { DataKeyMaterial } from './data-key.ts';
import { type DataKeyBounds, DataKeyCache } from './data-key-cache.ts';

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['Date'] });
});
afterEach(() => {
  vi.useRealTimers();
});

const bounds: DataKeyBounds = { maxUses: 3, maxAgeMs: 1_000, maxKeys: 2 };

/** A cache whose keys are numbered in their first byte. */
function numbered(changed: Partial<DataKeyBounds> = {}) {
  const cache = new DataKeyCache({ ...bounds, ...changed });
  const made: DataKeyMaterial[] = [];
  const request = async (): Promise<DataKeyMaterial> => {
    const material = { key: new Uint8Array(32).fill(made.length + 1), encryptedKey: `k${made.length + 1}` };
    made.push(material);
    return material;
  };
  const use = (id = 'a') => cache.use(id, request, undefined, ({ key }) => key[0]);
  return { made, use };
}

function isZero({ key }: DataKeyMaterial): boolean {
  return key.every((byte) => byte === 0);
}

describe('DataKeyCache', () => {
  it('asks once for a key that many wait for', async () => {
    const { made, use } = numbered({ maxUses: 100 });
    expect(await Promise.all(Array.from({ length: 100 }, () => use()))).toEqual(Array(100).fill(1));
    expect(made).toHaveLength(1);
  });

  it('has a new key once one has been used often enough, also at the same time', async () => {
    const { made, use } = numbered();
    expect(await Promise.all(Array.from({ length: 7 }, () => use()))).toEqual([1, 1, 1, 2, 2, 2, 3]);
    expect(made.map(isZero)).toEqual([true, true, false]);
  });

  it('has a new key once one is old, counted from its request', async () => {
    const { made, use } = numbered();
    await use();
    vi.advanceTimersByTime(999);
    expect(await use()).toBe(1);
    vi.advanceTimersByTime(1);
    expect(await use('b')).toBe(2);
    expect(made.map(isZero)).toEqual([true, false]);
    expect(await use()).toBe(3);
  });

  it('trusts no key when the clock was set back', async () => {
    const { use } = numbered();
    await use();
    vi.setSystemTime(Date.now() - 60_000);
    expect(await use()).toBe(2);
  });

  it('keeps no more keys than it may: the oldest goes', async () => {
    const { made, use } = numbered();
    await use('a');
    await use('b');
    await use('c');
    expect(made.map(isZero)).toEqual([true, false, false]);
    expect(await use('b')).toBe(2);
    expect(await use('a')).toBe(4);
  });

  it('overwrites no key that somebody still waits to use', async () => {
    const { made, use } = numbered({ maxKeys: 1 });
    expect(await Promise.all(['a', 'b', 'c'].map((id) => use(id)))).toEqual([1, 2, 3]);
    expect(made.map(isZero)).toEqual([true, true, false]);
  });

  it('asks again after a failure, which all who waited are told', async () => {
    const cache = new DataKeyCache(bounds);
    const fail = vi.fn(() => Promise.reject(new Error('denied')));
    const waiting = [1, 2].map(() => cache.use('a', fail, undefined, () => 1));
    expect((await Promise.allSettled(waiting)).map(({ status }) => status)).toEqual(['rejected', 'rejected']);
    expect(fail).toHaveBeenCalledTimes(1);
    await expect(cache.use('a', fail, undefined, () => 1)).rejects.toThrow('denied');
    expect(fail).toHaveBeenCalledTimes(2);
  });

  it('keeps a key whose predecessor fails late', async () => {
    const cache = new DataKeyCache(bounds);
    const late = Promise.withResolvers<DataKeyMaterial>();
    const waiting = cache.use(
      'a',
      () => late.promise,
      undefined,
      () => 0,
    );
    vi.advanceTimersByTime(1_000);
    const request = vi.fn(async () => ({ key: new Uint8Array(32), encryptedKey: 'k' }));
    const use = () => cache.use('a', request, undefined, () => 1);
    expect(await use()).toBe(1);
    late.reject(new Error('denied'));
    await expect(waiting).rejects.toThrow('denied');
    expect(await use()).toBe(1);
    expect(request).toHaveBeenCalledTimes(1);
  });

  it('ends the request when nobody waits any more, and overwrites a key that comes all the same', async () => {
    const cache = new DataKeyCache(bounds);
    const late = Promise.withResolvers<DataKeyMaterial>();
    const requests: AbortSignal[] = [];
    const request = (signal: AbortSignal) => {
      requests.push(signal);
      return late.promise;
    };
    const [one, two] = [new AbortController(), new AbortController()];
    const waiting = [one, two].map(({ signal }) => cache.use('a', request, signal, () => 1));
    const settled = Promise.allSettled(waiting);
    one.abort();
    await Promise.allSettled([waiting[0]]);
    expect(requests.map(({ aborted }) => aborted)).toEqual([false]);
    two.abort();
    await settled;
    expect(requests.map(({ aborted }) => aborted)).toEqual([true]);
    const next = cache.use('a', request, undefined, () => 1); // is not given the request that was ended
    expect(requests).toHaveLength(2);
    const material = { key: new Uint8Array(32).fill(1), encryptedKey: 'k' };
    late.resolve(material);
    await next;
    expect(isZero(material)).toBe(true);
  });

  it('asks for nothing under a signal that has aborted', async () => {
    const cache = new DataKeyCache(bounds);
    const over = AbortSignal.abort(new Error('over'));
    await expect(
      cache.use(
        'a',
        () => new Promise(() => {}),
        over,
        () => 1,
      ),
    ).rejects.toThrow('over');
  });
});
