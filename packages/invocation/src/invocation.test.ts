import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { Invocation, type InvocationEnd } from './invocation.ts';
import type { OperationOutcome, TableOperation } from './operation.ts';

const newInvocation = (context: object = {}) => new Invocation(context as Invocation['context']);
const query: TableOperation = { name: 'Query', tables: ['orders'], models: ['Order'], index: 'byStatus' };
const outcome: OperationOutcome = {
  durationMs: 30,
  attempts: [
    { durationMs: 4, delayMs: 0, status: 400, error: 'ThrottlingException', throttled: true },
    { durationMs: 5, delayMs: 20, status: 200, throttled: false },
  ],
  consumed: [
    { table: 'orders', read: 1.5, write: 0 },
    { table: 'customers', read: 0.5, write: 2 },
  ],
  items: 3,
};

describe('a record', () => {
  it("holds Lambda's request id where there is one", () => {
    expect(newInvocation({ awsRequestId: 'r-1' }).requestId).toBe('r-1');
    expect(newInvocation().requestId).toBeUndefined();
    // Middy called without Lambda's context
    expect(new Invocation(undefined as never).requestId).toBeUndefined();
  });

  it('offers nothing by itself', () => {
    const { signal, remaining, log, trace, memory } = newInvocation();
    expect([signal, remaining, log, trace, memory]).toEqual(new Array(5).fill(undefined));
  });
});

describe('table operations', () => {
  it('are told to every observer, and each is told of the end', () => {
    const invocation = newInvocation();
    const told: unknown[] = [];
    invocation.onOperation((operation) => {
      told.push(['first', operation]);
      return (end) => told.push(['first ended', end]);
    });
    invocation.onOperation(() => undefined);
    invocation.onOperation((operation) => {
      told.push(['third', operation]);
      return (end) => told.push(['third ended', end]);
    });

    const { observe } = invocation;
    const finish = observe?.(query);
    expect(told).toEqual([
      ['first', query],
      ['third', query],
    ]);
    finish?.(outcome);
    expect(told.slice(2)).toEqual([
      ['first ended', outcome],
      ['third ended', outcome],
    ]);
  });

  it('cost nothing while nobody wants to know', () => {
    const invocation = newInvocation();
    expect(invocation.observe).toBeUndefined();
    invocation.onOperation(() => undefined);
    expect(invocation.observe).toBeTypeOf('function');
  });

  it('do not fail with their observers', () => {
    const invocation = newInvocation();
    const ended = vi.fn();
    invocation.onOperation(() => {
      throw new Error('observer');
    });
    invocation.onOperation(() => () => {
      throw new Error('finish');
    });
    invocation.onOperation(() => ended);
    invocation.observe?.(query)?.(outcome);
    expect(ended).toHaveBeenCalledExactlyOnceWith(outcome);
  });

  it('are added up for those who ask', () => {
    const invocation = newInvocation();
    const usage = invocation.measureTables();
    invocation.observe?.(query)?.(outcome);
    expect(usage.errors).toBe(0);
    invocation.observe?.(query)?.({
      durationMs: 1,
      attempts: [],
      consumed: [],
      items: 0,
      error: new Error('refused'),
    });
    expect(invocation.measureTables()).toBe(usage);
    expect(usage).toEqual({
      operations: 2,
      errors: 1,
      retries: 1,
      throttles: 1,
      readCapacity: 2,
      writeCapacity: 2,
      durationMs: 31,
    });
  });
});

describe('the end of a request', () => {
  const success: InvocationEnd = { outcome: 'success', response: 'ok' };

  it('runs the disposers, last one first, each once', () => {
    const invocation = newInvocation();
    const ran: unknown[] = [];
    invocation.onEnd((end) => void ran.push(['first', end]));
    invocation.onEnd((end) => void ran.push(['second', end]));

    expect(invocation.ended).toBe(false);
    expect(invocation.end(success)).toBeUndefined();
    expect(invocation.ended).toBe(true);
    expect(invocation.end({ outcome: 'error', error: new Error('late') })).toBeUndefined();
    expect(ran).toEqual([
      ['second', success],
      ['first', success],
    ]);
  });

  it('runs a disposer that another one registers', () => {
    const invocation = newInvocation();
    const ran: string[] = [];
    invocation.onEnd(() => invocation.onEnd(() => void ran.push('inner')));
    invocation.end(success);
    expect(ran).toEqual(['inner']);
  });

  it('runs a disposer at once that is registered after it, and can be awaited with it', async () => {
    const invocation = newInvocation();
    const ran: unknown[] = [];
    invocation.onEnd(() => void ran.push('early'));
    invocation.end(success);
    invocation.onEnd((end) => void ran.push(end));
    expect(ran).toEqual(['early', success]);
    expect(invocation.end(success)).toBeUndefined();
    invocation.onEnd(async () => {
      await Promise.resolve();
      ran.push('late');
    });
    await invocation.end(success);
    expect(ran).toEqual(['early', success, 'late']);
  });

  it('waits for what is registered after it, also where it had to wait before', async () => {
    const invocation = newInvocation();
    const late = Promise.withResolvers<void>();
    let done = false;
    invocation.onEnd(() => Promise.resolve());
    await invocation.end(success);
    invocation.onEnd(async () => {
      await late.promise;
      done = true;
    });
    setImmediate(late.resolve);
    await invocation.end(success);
    expect(done).toBe(true);
  });

  it('is not kept from the others by a disposer that throws or rejects', async () => {
    const invocation = newInvocation();
    const ran: string[] = [];
    invocation.onEnd(() => void ran.push('first'));
    invocation.onEnd(() => {
      throw new Error('thrown');
    });
    invocation.onEnd(() => Promise.reject(new Error('rejected')));
    invocation.onEnd(() => void ran.push('last'));
    await invocation.end(success);
    expect(ran).toEqual(['last', 'first']);
  });

  it('can be awaited by each who ends it, where a disposer takes time', async () => {
    const invocation = newInvocation();
    const sent = Promise.withResolvers<void>();
    let done = false;
    invocation.onEnd(async () => {
      await sent.promise;
      done = true;
    });
    const first = invocation.end(success);
    const second = invocation.end(success);
    expect(first).toBeInstanceOf(Promise);
    expect(second).toBe(first);
    sent.resolve();
    await second;
    expect(done).toBe(true);
  });
});

describe('the deadline', () => {
  const end: InvocationEnd = { outcome: 'error', error: new Error('late') };

  it('is told to those who asked, in order, each once', () => {
    const invocation = newInvocation();
    const told: string[] = [];
    invocation.onDeadline(() => void told.push('first'));
    invocation.onDeadline(() => {
      throw new Error('thrown');
    });
    invocation.onDeadline(() => Promise.reject(new Error('rejected')));
    invocation.onDeadline(() => void told.push('last'));
    invocation.strikeDeadline();
    invocation.strikeDeadline();
    expect(told).toEqual(['first', 'last']);
  });

  it('is told at once to one who asks when it has struck', () => {
    const invocation = newInvocation();
    const listener = vi.fn();
    invocation.strikeDeadline();
    invocation.onDeadline(listener);
    expect(listener).toHaveBeenCalledOnce();
  });

  it('is told to nobody when the request has ended', () => {
    const invocation = newInvocation();
    const listener = vi.fn();
    invocation.onDeadline(listener);
    invocation.end(end);
    invocation.strikeDeadline();
    invocation.onDeadline(listener);
    expect(listener).not.toHaveBeenCalled();
  });

  it('is told to nobody who asks when it has struck and the request has ended', () => {
    const invocation = newInvocation();
    const listener = vi.fn();
    invocation.strikeDeadline();
    invocation.end(end);
    invocation.onDeadline(listener);
    expect(listener).not.toHaveBeenCalled();
  });

  it('has the end of the request wait for what its listeners began', async () => {
    const invocation = newInvocation();
    const sent = Promise.withResolvers<void>();
    let done = false;
    invocation.onDeadline(async () => {
      await sent.promise;
      done = true;
    });
    invocation.strikeDeadline();
    const ended = invocation.end(end);
    expect(ended).toBeInstanceOf(Promise);
    sent.resolve();
    await ended;
    expect(done).toBe(true);
  });
});

describe('a cold start', () => {
  beforeEach(() => vi.resetModules());
  afterEach(() => vi.unstubAllEnvs());

  const coldStarts = async (initializationType: string | undefined): Promise<boolean[]> => {
    vi.stubEnv('AWS_LAMBDA_INITIALIZATION_TYPE', initializationType);
    const fresh = await import('./invocation.ts');
    return [1, 2, 3].map(() => new fresh.Invocation({} as Invocation['context']).coldStart);
  };

  it.each([[undefined], ['on-demand']])('is the first request of an environment started by it (%s)', async (type) => {
    expect(await coldStarts(type)).toEqual([true, false, false]);
  });

  it.each([['provisioned-concurrency'], ['snap-start'], ['lambda-managed-instances']])(
    'is no request of an environment started ahead of it (%s)',
    async (type) => {
      expect(await coldStarts(type)).toEqual([false, false, false]);
    },
  );
});
