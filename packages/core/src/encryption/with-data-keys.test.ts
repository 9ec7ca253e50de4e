import { describe, expect, it } from 'vitest';
import { DataKeyUnavailableError, DeadlineExceededError } from '../errors.ts';
import type { Binding } from '../observe.ts';
import { DataKeyError } from './data-key-error.ts';
import { withDataKeys } from './with-data-keys.ts';

const details = { operation: 'PutItem', model: 'Note' };
const reason = new Error('time is up');

const run = (thrown: unknown, binding: Binding = {}, sent = false): Promise<any> =>
  withDataKeys({ binding }, details, sent, async () => {
    throw thrown;
  }).catch((error: unknown) => error);

describe('withDataKeys', () => {
  it('gives what its work gives', async () => {
    expect(await withDataKeys({ binding: {} }, details, false, async () => 1)).toBe(1);
  });

  it.each([true, false])('tells that KMS gave no key (retryable: %s)', async (retryable) => {
    const cause = new Error('refused');
    const error = await run(new DataKeyError('refused or failed (X)', { retryable, cause }));
    expect(error).toBeInstanceOf(DataKeyUnavailableError);
    expect(error).toMatchObject({ ...details, retryable, cause });
    expect(error.message).toBe('PutItem of Note: KMS gave no data key, it refused or failed (X)');
  });

  it.each([true, false])('tells that the time was up (sent: %s)', async (sent) => {
    const error = await run(reason, { signal: AbortSignal.abort(reason), remaining: () => 7 }, sent);
    expect(error).toBeInstanceOf(DeadlineExceededError);
    expect(error).toMatchObject({ ...details, sent, timeLeft: 7, cause: reason });
  });

  it('leaves any other error as it is', async () => {
    const other = new TypeError('a bug');
    expect(await run(other)).toBe(other);
    expect(await run(other, { signal: AbortSignal.abort(reason) })).toBe(other);
    expect(await run(reason, { signal: new AbortController().signal })).toBe(reason);
    expect(await run(undefined, { signal: new AbortController().signal })).toBeUndefined();
  });
});
