import { describe, expect, it, vi } from 'vitest';
import type { DynamoCommand } from './command/command.ts';
import type { Connection } from './connection.ts';
import {
  ConditionFailedError,
  ConnectionFailedError,
  DeadlineExceededError,
  ItemNotFoundError,
  ThrottledError,
} from './errors.ts';
import type { Binding, Operation, Outcome } from './observe.ts';
import { OutOfTime } from './retry.ts';
import { abortable, send } from './send.ts';

const get: Operation = { name: 'GetItem', tables: ['notes'], models: ['Note'] };
const put: Operation = { name: 'PutItem', tables: ['notes'], models: ['Note'] };
const input = { TableName: 'notes' };
const reason = new Error('time is up');
const throttling = Object.assign(new Error(), { name: 'ThrottlingException', $metadata: { requestId: 'r1' } });

/** Sends through a client that answers with what a function does to the command. */
function run(
  answer: (command: DynamoCommand) => unknown,
  { operation = get, binding = {}, specificError = undefined as ((thrown: unknown) => unknown) | undefined } = {} as {
    operation?: Operation;
    binding?: Binding;
    specificError?: ((thrown: unknown) => unknown) | undefined;
  },
) {
  const sent: DynamoCommand[] = [];
  const client = {
    send: async (command: DynamoCommand) => {
      sent.push(command);
      return answer(command);
    },
  };
  const connection = { client, binding, handle: undefined } as unknown as Connection;
  return { sent, done: send(connection, operation, input, (output: any) => output.Count ?? 1, specificError) };
}

const fails = (thrown: unknown) => (): never => {
  throw thrown;
};

/** What an observer is told of the end of an operation. */
async function outcomeOf(
  answer: (command: DynamoCommand) => unknown,
  given: { operation?: Operation; binding?: Binding } = {},
): Promise<Outcome> {
  const outcomes: Outcome[] = [];
  const binding = { ...given.binding, observe: () => (outcome: Outcome) => void outcomes.push(outcome) };
  await run(answer, { ...given, binding }).done.catch(() => {});
  expect(outcomes).toHaveLength(1);
  return outcomes[0] as Outcome;
}

describe('a command', () => {
  it('has the input, the tables and the binding; capacity is asked for only where somebody observes', async () => {
    const output = { $metadata: {} };
    const plain = run(() => output);
    expect(await plain.done).toBe(output);
    expect(plain.sent[0]).toMatchObject({ name: 'GetItem', call: { binding: {}, tables: ['notes'] } });
    expect(plain.sent[0]?.input).toBe(input);
    expect(plain.sent[0]?.call.tries).toEqual({ attempts: [], sent: false, unanswered: false, lastError: undefined });
    const silent = run(() => output, { binding: { observe: () => undefined } });
    await silent.done;
    expect(silent.sent[0]?.input).toBe(input);
    const observed = run(() => output, { binding: { observe: () => () => {} } });
    await observed.done;
    expect(observed.sent[0]?.input).toEqual({ ...input, ReturnConsumedCapacity: 'TOTAL' });
  });

  it('is not sent, and not observed, under a signal that has aborted', async () => {
    const observe = vi.fn();
    const { sent, done } = run(fails(reason), {
      binding: { signal: AbortSignal.abort(reason), remaining: () => -3, observe },
    });
    const error = await done.catch((thrown) => thrown);
    expect(error).toBeInstanceOf(DeadlineExceededError);
    expect(error).toMatchObject({ sent: false, timeLeft: -3, operation: 'GetItem', model: 'Note', cause: reason });
    expect(sent).toEqual([]);
    expect(observe).not.toHaveBeenCalled();
  });

  it('names all models of its operation', async () => {
    const operation = { ...get, models: ['Note', 'Tag'] };
    await expect(run(fails(throttling), { operation }).done).rejects.toMatchObject({ model: 'Note, Tag' });
  });
});

describe('an observer', () => {
  it('is told of an answer', async () => {
    const attempt = { durationMs: 1, delayMs: 0, status: 200, throttled: false };
    const outcome = await outcomeOf(({ call }) => {
      call.tries.attempts.push(attempt);
      return { Count: 3, $metadata: { requestId: 'r7' }, ConsumedCapacity: { CapacityUnits: 2 } };
    });
    expect(outcome).toEqual({
      durationMs: expect.any(Number),
      attempts: [attempt],
      consumed: [{ table: 'notes', read: 2, write: 0 }],
      items: 3,
      requestId: 'r7',
    });
    expect(outcome.durationMs).toBeGreaterThanOrEqual(0);
    expect(outcome.durationMs).toBeLessThan(10_000);
  });

  it('is told of an error, as its caller is', async () => {
    const outcome = await outcomeOf(fails(throttling));
    expect(outcome).toMatchObject({ attempts: [], consumed: [], items: 0, requestId: 'r1' });
    expect(outcome.error).toBeInstanceOf(ThrottledError);
    expect(outcome.durationMs).toBeLessThan(10_000);
    expect((await outcomeOf(fails(undefined))).requestId).toBeUndefined();
    expect((await outcomeOf(fails(new Error('a bug')))).requestId).toBeUndefined();
  });

  it.each<[operation: Operation, ConsumedCapacity: unknown, consumed: unknown]>([
    [get, undefined, []],
    [put, { CapacityUnits: 2 }, [{ table: 'notes', read: 0, write: 2 }]],
    [put, {}, [{ table: 'notes', read: 0, write: 0 }]],
    [
      { ...get, name: 'TransactWriteItems' },
      [
        { TableName: 'a', CapacityUnits: 9, ReadCapacityUnits: 1, WriteCapacityUnits: 4 },
        { TableName: 'b', CapacityUnits: 2, WriteCapacityUnits: 2 },
      ],
      [
        { table: 'a', read: 1, write: 4 },
        { table: 'b', read: 0, write: 2 },
      ],
    ],
  ])('is told what was consumed: case %#', async (operation, ConsumedCapacity, consumed) => {
    const outcome = await outcomeOf(() => ({ $metadata: {}, ConsumedCapacity }), { operation });
    expect(outcome.consumed).toEqual(consumed);
  });
});

describe('an error', () => {
  it("is the operation's own where it has one, which may take time", async () => {
    const own = new ItemNotFoundError('own', {});
    await expect(run(fails(throttling), { specificError: async () => own }).done).rejects.toBe(own);
    const given = vi.fn(() => undefined);
    await expect(run(fails(throttling), { specificError: given }).done).rejects.toBeInstanceOf(ThrottledError);
    expect(given).toHaveBeenCalledWith(throttling, expect.objectContaining({ unanswered: false }));
  });

  it.each<[operation: Operation, unanswered: boolean, mayBeDone: boolean]>([
    [put, true, true],
    [put, false, false],
    ...['GetItem', 'Query', 'Scan', 'BatchGetItem', 'TransactGetItems'].map((name): [Operation, boolean, boolean] => [
      { ...get, name },
      true,
      false,
    ]),
  ])('tells whether a write may have been done: case %#', async (operation, unanswered, mayBeDone) => {
    const answer = ({ call }: DynamoCommand): never => {
      call.tries.unanswered = unanswered;
      throw Object.assign(new Error(), { code: 'ECONNRESET' });
    };
    const error = await run(answer, { operation }).done.catch((thrown) => thrown);
    expect(error).toBeInstanceOf(ConnectionFailedError);
    expect(error.mayBeDone).toBe(mayBeDone);
  });

  it('that is none of a service is thrown as it is', async () => {
    const bug = Object.freeze(new TypeError('a bug'));
    await expect(run(fails(bug)).done).rejects.toBe(bug);
  });

  it('is that of the last try where a back-off could not end in time', async () => {
    const answer = ({ call }: DynamoCommand): never => {
      call.tries.sent = true;
      call.tries.lastError = throttling;
      throw new OutOfTime();
    };
    const specificError = vi.fn(() => new ConditionFailedError('no', undefined, {}));
    const { done } = run(answer, { operation: put, binding: { remaining: () => 5 }, specificError });
    const error = await done.catch((thrown) => thrown);
    expect(error).toBeInstanceOf(DeadlineExceededError);
    expect(error).toMatchObject({ sent: true, timeLeft: 5, operation: 'PutItem', model: 'Note' });
    expect(error.lastError).toBeInstanceOf(ThrottledError);
    expect(error.lastError).toMatchObject({ operation: 'PutItem', model: 'Note' });
    expect(error).not.toHaveProperty('cause');
    expect(specificError).not.toHaveBeenCalled();
  });

  /** What is thrown where the signal aborts in the moment the client throws, and is not heard of before. */
  function whileAborting(thrown: unknown): Promise<any> {
    const signal = { aborted: false, reason, addEventListener: () => {}, removeEventListener: () => {} };
    const answer = (): never => {
      signal.aborted = true;
      throw thrown;
    };
    return run(answer, { binding: { signal: signal as never } }).done.catch((caught) => caught);
  }

  it.each([
    ['is given as its reason', reason, DeadlineExceededError],
    ['is given as an AbortError', Object.assign(new Error(), { name: 'AbortError' }), DeadlineExceededError],
    ['has nothing to do with it', throttling, ThrottledError],
  ])('while the signal aborts, and the signal %s', async (_what, thrown, type) => {
    const error = await whileAborting(thrown);
    expect(error).toBeInstanceOf(type);
    expect(error.lastError).toBeUndefined();
  });

  it('that is nothing at all is thrown as it is, also while the signal aborts', async () => {
    expect(await whileAborting(undefined)).toBeUndefined();
  });

  it('named AbortError is no deadline where no signal aborted', async () => {
    const aborted = Object.assign(new Error(), { name: 'AbortError' });
    const { signal } = new AbortController();
    await expect(run(fails(aborted)).done).rejects.toBe(aborted);
    await expect(run(fails(aborted), { binding: { signal } }).done).rejects.toBe(aborted);
    await expect(run(fails(undefined), { binding: { signal } }).done).rejects.toBeUndefined();
  });
});

describe('abortable', () => {
  it('is the promise itself without a signal', () => {
    const promise = Promise.resolve(1);
    expect(abortable(promise, undefined)).toBe(promise);
  });

  it('settles as the promise does, and leaves nothing on the signal', async () => {
    const { signal } = new AbortController();
    const [add, remove] = [vi.spyOn(signal, 'addEventListener'), vi.spyOn(signal, 'removeEventListener')];
    expect(await abortable(Promise.resolve(1), signal)).toBe(1);
    await expect(abortable(Promise.reject(reason), signal)).rejects.toBe(reason);
    await vi.waitFor(() => expect(remove).toHaveBeenCalledTimes(2));
    expect(add.mock.calls.map(([type, listener]) => [type, listener])).toEqual(remove.mock.calls);
    expect(add.mock.calls[0]?.[2]).toEqual({ once: true });
  });

  it('rejects as soon as the signal aborts', async () => {
    const controller = new AbortController();
    const waiting = abortable(new Promise(() => {}), controller.signal);
    controller.abort(reason);
    await expect(waiting).rejects.toBe(reason);
  });
});
