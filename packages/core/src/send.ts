import { DynamoCommand } from './command/command.ts';
import type { Connection } from './connection.ts';
import { DeadlineExceededError, TableTheoryError } from './errors.ts';
import type { Consumed, Operation } from './observe.ts';
import { OutOfTime, type Tries } from './retry.ts';
import { translateError } from './service-errors.ts';

interface Answer {
  readonly $metadata: { readonly requestId?: string | undefined };
  readonly ConsumedCapacity?: ConsumedCapacity | readonly ConsumedCapacity[] | undefined;
}

interface ConsumedCapacity {
  readonly TableName?: string;
  readonly CapacityUnits?: number;
  readonly ReadCapacityUnits?: number;
  readonly WriteCapacityUnits?: number;
}

/**
 * Sends one command: under the request's signal, told to its observer, its errors typed.
 *
 * @param itemsOf how many items the output stands for, for the observer.
 * @param specificError the operation's own typed error for what the client threw, or `undefined` to leave it to
 * {@link translateError}; or a promise of one.
 * @throws DeadlineExceededError when the signal has aborted, without sending, or aborts before the answer.
 * @throws TableTheoryError as {@link translateError} maps DynamoDB's errors.
 */
export async function send<Output>(
  { client, binding, handle }: Connection,
  operation: Operation,
  input: object,
  itemsOf: (output: Output) => number,
  specificError?: (thrown: unknown, tries: Tries) => unknown,
): Promise<Output> {
  const { signal, observe } = binding;
  const timeLeft = binding.remaining?.();
  const details = { operation: operation.name, model: operation.models.join(', ') };
  if (signal?.aborted) throw new DeadlineExceededError({ ...details, timeLeft, sent: false, cause: signal.reason });
  const finish = observe?.(operation);
  const startedAt = performance.now();
  const tries: Tries = { attempts: [], sent: false, unanswered: false, lastError: undefined };
  const command = new DynamoCommand(
    operation.name,
    finish === undefined ? input : { ...input, ReturnConsumedCapacity: 'TOTAL' },
    { binding, tries, tables: operation.tables, handle },
  );
  try {
    const output = (await abortable(client.send(command), signal)) as Output & Answer;
    finish?.({
      durationMs: performance.now() - startedAt,
      attempts: tries.attempts,
      consumed: consumedOf(operation, output.ConsumedCapacity),
      items: itemsOf(output),
      requestId: output.$metadata.requestId,
    });
    return output;
  } catch (thrown) {
    const error = isOutOfTime(thrown, signal)
      ? new DeadlineExceededError({
          ...details,
          timeLeft,
          sent: tries.sent,
          cause: signal?.reason,
          lastError: tries.lastError && translateError(tries.lastError, details),
        })
      : ((await specificError?.(thrown, tries)) ?? translateError(thrown, details));
    if (error instanceof TableTheoryError) error.mayBeDone = tries.unanswered && !READS.has(operation.name);
    finish?.({
      durationMs: performance.now() - startedAt,
      attempts: tries.attempts,
      error,
      consumed: [],
      items: 0,
      requestId: (thrown as Partial<Answer> | undefined)?.$metadata?.requestId,
    });
    throw error;
  }
}

/** Settles as the promise does, or rejects with the signal's reason as soon as it aborts. */
export function abortable<T>(promise: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  if (signal === undefined) return promise;
  return new Promise<T>((resolve, reject) => {
    // Sockets and back-offs obey the signal by themselves, credentials do not.
    const onAbort = (): void => reject(signal.reason);
    signal.addEventListener('abort', onAbort, { once: true });
    promise.then(resolve, reject).finally(() => signal.removeEventListener('abort', onAbort));
  });
}

function isOutOfTime(thrown: unknown, signal: AbortSignal | undefined): boolean {
  if (thrown instanceof OutOfTime) return true;
  return signal?.aborted === true && (thrown === signal.reason || (thrown as Error | undefined)?.name === 'AbortError');
}

const READS = new Set(['GetItem', 'Query', 'Scan', 'BatchGetItem', 'TransactGetItems']);

function consumedOf(operation: Operation, consumed: Answer['ConsumedCapacity']): Consumed[] {
  if (consumed === undefined) return [];
  const reads = READS.has(operation.name);
  return [consumed].flat().map(({ TableName, CapacityUnits = 0, ReadCapacityUnits, WriteCapacityUnits }) => ({
    table: TableName ?? (operation.tables[0] as string),
    read: ReadCapacityUnits ?? (reads ? CapacityUnits : 0),
    write: WriteCapacityUnits ?? (reads ? 0 : CapacityUnits),
  }));
}
