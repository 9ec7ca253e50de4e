import { afterEach, describe, expect, it, vi } from 'vitest';
import type { ClientConfig } from './command/client.ts';
import { createRetryStrategy } from './lean/retry-strategy.ts';
import type { Binding } from './observe.ts';
import { OutOfTime, retryInTime, type Tries } from './retry.ts';
import type { RetryErrorInfo } from './retry-token.ts';

afterEach(() => {
  vi.restoreAllMocks();
  vi.useRealTimers();
});

const OK = { response: { statusCode: 200 }, output: { $metadata: {} as Record<string, unknown> } };

/** A refusal or failure, as the steps below throw it. */
function failure(name: string, httpStatusCode?: number, more: object = {}): Error {
  return Object.assign(new Error(name), {
    name,
    ...(httpStatusCode === undefined ? {} : { $metadata: { httpStatusCode } }),
    ...more,
  });
}

const broken = (code: string) => Object.assign(new Error(code), { code });

interface Given {
  readonly input?: object;
  readonly binding?: Binding;
  readonly maxAttempts?: number;
  readonly strategy?: object;
}

/** One operation whose tries end as the list says: in an error, or in an answer. */
function run(ends: readonly unknown[], { input = {}, binding = {}, maxAttempts = 4, strategy }: Given = {}) {
  const tries: Tries = { attempts: [], sent: false, unanswered: false, lastError: undefined };
  const request = { headers: {} as Record<string, string> };
  const headers: Record<string, string>[] = [];
  const states: object[] = [];
  const own = createRetryStrategy(maxAttempts);
  const infos: RetryErrorInfo[] = [];
  const told = {
    ...own,
    refreshRetryTokenForRetry: (token: never, info: RetryErrorInfo) => {
      infos.push(info);
      return own.refreshRetryTokenForRetry(token, info);
    },
    recordSuccess: vi.fn(own.recordSuccess),
  };
  const config = { retryStrategy: async () => strategy ?? told, maxAttempts: async () => maxAttempts };
  const next = async () => {
    headers.push({ ...request.headers });
    states.push({ sent: tries.sent, unanswered: tries.unanswered });
    const end = ends[headers.length - 1];
    if (end instanceof Error) throw end;
    return structuredClone(end);
  };
  vi.spyOn(Math, 'random').mockReturnValue(0.04);
  const done: Promise<any> = retryInTime(config as unknown as ClientConfig)(next, {})({
    request,
    input,
    call: { binding, tries },
  });
  done.catch(() => {});
  return { done, tries, headers, states, infos, told };
}

describe('a try', () => {
  it('that succeeds is recorded with its answer', async () => {
    const { done, tries, headers, states, told } = run([OK]);
    expect(await done).toEqual({
      ...OK,
      output: { $metadata: { attempts: 1, totalRetryDelay: 0, mayRepeat: false } },
    });
    expect(tries).toEqual({
      attempts: [{ durationMs: expect.any(Number), delayMs: 0, status: 200, throttled: false }],
      sent: true,
      unanswered: true,
      lastError: undefined,
    });
    expect(states).toEqual([{ sent: true, unanswered: true }]);
    expect(headers[0]).toEqual({
      'amz-sdk-invocation-id': expect.stringMatching(/^[0-9a-f-]{36}$/),
      'amz-sdk-request': 'attempt=1; max=4',
    });
    expect(told.recordSuccess).toHaveBeenCalledTimes(1);
  });

  it('that succeeds without an answer, as middleware may have it, is recorded without a status', async () => {
    const { done, tries } = run([{ output: OK.output }]);
    await done;
    expect(tries.attempts).toMatchObject([{ status: undefined, throttled: false }]);
  });

  it('after a throttled one is recorded with its wait', async () => {
    const throttling = failure('ThrottlingException', 400);
    const { done, tries, headers } = run([throttling, failure('InternalServerError', 500), OK]);
    expect((await done).output.$metadata).toEqual({ attempts: 3, totalRetryDelay: 42, mayRepeat: true });
    expect(headers.map((one) => one['amz-sdk-request'])).toEqual([1, 2, 3].map((n) => `attempt=${n}; max=4`));
    expect(new Set(headers.map((one) => one['amz-sdk-invocation-id'])).size).toBe(1);
    expect(tries.attempts).toMatchObject([
      { delayMs: 0, status: 400, error: 'ThrottlingException', throttled: true },
      { status: 500, error: 'InternalServerError', throttled: false },
      { status: 200, throttled: false },
    ]);
    const [first, second] = tries.attempts;
    expect(second?.delayMs).toBeGreaterThan(35);
    expect(second?.delayMs).toBeLessThan(5_000);
    expect(first?.durationMs).toBeGreaterThanOrEqual(0);
    expect(first?.durationMs).toBeLessThan(5_000);
  });

  it('is the last one where the strategy says so, and its error the one that is thrown', async () => {
    const errors = [1, 2].map(() => failure('ThrottlingException', 400));
    const { done, tries } = run(errors, { maxAttempts: 2 });
    await expect(done).rejects.toBe(errors[1]);
    expect(tries.lastError).toBe(errors[1]);
  });

  it('is not begun once the signal has aborted', async () => {
    const reason = new Error('time is up');
    const { done, headers } = run([OK], { binding: { signal: AbortSignal.abort(reason) } });
    await expect(done).rejects.toBe(reason);
    expect(headers).toEqual([]);
  });

  it('is not begun where its back-off could not end in time', async () => {
    const { done, headers, tries } = run([failure('InternalServerError', 500), OK], {
      binding: { remaining: () => 0 },
    });
    await expect(done).rejects.toBeInstanceOf(OutOfTime);
    expect(headers).toHaveLength(1);
    expect(tries.lastError).toMatchObject({ name: 'InternalServerError' });
  });

  it('is left to a strategy of the first kind, and recorded', async () => {
    const strategy = { retry: (next: (args: object) => Promise<unknown>, args: object) => next(args) };
    const { done, tries, headers } = run([OK], { strategy });
    expect(await done).toEqual(OK);
    expect(tries.attempts).toMatchObject([{ status: 200 }]);
    expect(headers).toEqual([{}]);
  });
});

describe('what a write asked for', () => {
  it.each<[what: string, ends: readonly Error[], unanswered: boolean]>([
    ['was refused', [failure('ValidationException', 400)], false],
    ['was refused at the upper end', [failure('X', 499)], false],
    ['was throttled, then refused', [failure('ThrottlingException', 400), failure('ValidationException', 400)], false],
    ['had no connection', [broken('ECONNREFUSED'), failure('X', 400)], false],
    ['had no address', [broken('ENOTFOUND'), broken('EAI_AGAIN'), failure('X', 400)], false],
    ['was redirected', [failure('X', 399)], true],
    ['failed', [failure('X', 501)], true],
    ['failed at the lower end', [failure('InternalServerError', 500), failure('X', 400)], true],
    ['broke off', [broken('ECONNRESET'), failure('X', 400)], true],
    ['is unknown', [new Error('x')], true],
    [
      'was a transaction that was cancelled',
      [broken('ECONNRESET'), failure('TransactionCanceledException', 400)],
      false,
    ],
  ])('may have been done when it had no answer: it %s', async (_what, ends, unanswered) => {
    const { done, tries } = run(ends);
    await expect(done).rejects.toBe(ends.at(-1));
    expect(tries.unanswered).toBe(unanswered);
  });

  const Item = { id: { S: 'a' }, n: { N: '1.0' } };
  const refusal = (stored: object | undefined, name = 'ConditionalCheckFailedException') =>
    failure(name, 400, { Item: stored, $response: { statusCode: 400, headers: {} } });

  it('was done where the item that stands in the way is the one it writes', async () => {
    const ends = [broken('ECONNRESET'), refusal({ n: { N: '1' }, id: { S: 'a' } })];
    const { done, told } = run(ends, { input: { Item } });
    expect(await done).toEqual({
      response: { statusCode: 400, headers: {} },
      output: { $metadata: { httpStatusCode: 400, attempts: 2, totalRetryDelay: 1 } },
    });
    expect(told.recordSuccess).toHaveBeenCalledTimes(1); // what the retry took of the bucket is given back
  });

  it.each<[what: string, ends: Error[], input: object]>([
    ['another item is in its way', [broken('ECONNRESET'), refusal({ ...Item, n: { N: '2' } })], { Item }],
    ['no item is told', [broken('ECONNRESET'), refusal(undefined)], { Item }],
    ['it writes no item', [broken('ECONNRESET'), refusal(Item)], {}],
    ['it writes and meets none', [broken('ECONNRESET'), refusal(undefined)], {}],
    ['it is refused for another reason', [broken('ECONNRESET'), refusal(Item, 'ValidationException')], { Item }],
    ['every try was answered', [refusal(Item)], { Item }],
    ['every try was refused', [failure('ThrottlingException', 400), refusal(Item)], { Item }],
  ])('was not done where %s', async (_what, ends, input) => {
    await expect(run(ends, { input }).done).rejects.toBe(ends.at(-1));
  });
});

describe('the strategy is told', () => {
  it.each<[error: unknown, type: RetryErrorInfo['errorType']]>([
    [failure('ThrottlingException', 400), 'THROTTLING'],
    [failure('X', 400, { $retryable: { throttling: true } }), 'THROTTLING'],
    [failure('X', 429), 'THROTTLING'],
    [failure('X', 400, { $retryable: {} }), 'TRANSIENT'],
    [failure('TimeoutError'), 'TRANSIENT'],
    [failure('SyntaxError', 200), 'TRANSIENT'],
    [broken('ECONNRESET'), 'TRANSIENT'],
    [broken('HPE_INVALID_CONSTANT'), 'TRANSIENT'],
    [broken('X_HPE_'), 'CLIENT_ERROR'],
    [Object.assign(new Error(), { code: 5 }), 'CLIENT_ERROR'],
    [Object.assign(new Error(), { $metadata: { httpStatusCode: 400, clockSkewCorrected: true } }), 'TRANSIENT'],
    [Object.assign(new Error(), { $metadata: { httpStatusCode: 400, credentialsRenewed: true } }), 'TRANSIENT'],
    [Object.assign(new Error(), { $metadata: { httpStatusCode: 400, credentialsRenewed: false } }), 'CLIENT_ERROR'],
    [failure('X', 500), 'TRANSIENT'],
    [failure('X', 502), 'TRANSIENT'],
    [failure('X', 503), 'TRANSIENT'],
    [failure('X', 504), 'TRANSIENT'],
    [failure('X', 501), 'SERVER_ERROR'],
    [failure('X', 499), 'CLIENT_ERROR'],
    [failure('ValidationException', 400), 'CLIENT_ERROR'],
    [new Error('x'), 'CLIENT_ERROR'],
  ])('of what kind an error is: case %#', async (error, errorType) => {
    const { done, infos } = run([error], { maxAttempts: 1 });
    await expect(done).rejects.toBe(error);
    expect(infos).toEqual([{ error, errorType }]);
  });

  it('when the answer asks to try again', async () => {
    vi.useFakeTimers({ now: Date.UTC(2026, 0, 1), toFake: ['Date'] });
    const infos: RetryErrorInfo[] = [];
    const strategy = {
      acquireInitialRetryToken: async () => ({ getRetryDelay: () => 0 }),
      refreshRetryTokenForRetry: async (_token: unknown, info: RetryErrorInfo) => {
        infos.push(info);
        throw new Error('No more');
      },
    };
    const asks = failure('X', 503, { $response: { headers: { 'retry-after': '2' } } });
    const asksNothing = failure('X', 503, { $response: { headers: {} } });
    for (const error of [asks, asksNothing]) await expect(run([error], { strategy }).done).rejects.toBe(error);
    expect(infos).toEqual([
      { error: asks, errorType: 'TRANSIENT', retryAfterHint: new Date(Date.UTC(2026, 0, 1, 0, 0, 2)) },
      { error: asksNothing, errorType: 'TRANSIENT' },
    ]);
    expect(infos[1]).not.toHaveProperty('retryAfterHint');
  });
});
