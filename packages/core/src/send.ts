import type { ConsumedCapacity, DynamoDBClient } from '@aws-sdk/client-dynamodb';
import type { Connection } from './connection.ts';
import { DeadlineExceededError } from './errors.ts';
import type { Attempt, Consumed, Operation } from './observe.ts';
import { isThrottle, translateError } from './service-errors.ts';

type SdkCommand = Parameters<DynamoDBClient['send']>[0];

/** The SDK's constructor of a command. */
export type CommandOf<Input> = new (input: Input) => object;

interface SdkOutput {
  readonly $metadata: { readonly requestId?: string | undefined; readonly totalRetryDelay?: number | undefined };
  readonly ConsumedCapacity?: ConsumedCapacity | ConsumedCapacity[] | undefined;
}

/**
 * Sends one command: under the request's signal, told to its observer, its errors typed.
 *
 * @param itemsOf how many items the output stands for, for the observer.
 * @param specificError the operation's own typed error for what the SDK threw, or `undefined` to leave it to
 * {@link translateError}.
 * @throws DeadlineExceededError when the signal has aborted, without sending, or aborts before the answer.
 * @throws TableTheoryError as {@link translateError} maps DynamoDB's errors.
 */
export async function send<Input extends object, Output>(
  { client, binding }: Connection,
  operation: Operation,
  Command: CommandOf<Input>,
  input: Input,
  itemsOf: (output: Output) => number,
  specificError?: (thrown: unknown) => unknown,
): Promise<Output> {
  const { signal, observe } = binding;
  const timeLeft = binding.remaining?.();
  const details = { operation: operation.name, model: operation.models.join(', ') };
  if (signal?.aborted) throw new DeadlineExceededError({ ...details, timeLeft, sent: false, cause: signal.reason });
  const finish = observe?.(operation);
  const startedAt = performance.now();
  const attempts: Attempt[] = [];
  const progress = { sent: false };
  const command = new Command(finish === undefined ? input : { ...input, ReturnConsumedCapacity: 'TOTAL' });
  recordAttempts(command as SdkCommand, attempts, progress);
  try {
    const sending = client.send(command as SdkCommand, signal === undefined ? {} : { abortSignal: signal });
    const output = (await abortable(sending, signal)) as unknown as Output & SdkOutput;
    finish?.({
      durationMs: performance.now() - startedAt,
      attempts,
      consumed: consumedOf(operation, output.ConsumedCapacity),
      items: itemsOf(output),
      requestId: output.$metadata.requestId,
    });
    return output;
  } catch (thrown) {
    const error =
      signal?.aborted && isAbort(thrown, signal)
        ? new DeadlineExceededError({ ...details, timeLeft, sent: progress.sent, cause: signal.reason })
        : (specificError?.(thrown) ?? translateError(thrown, details));
    finish?.({
      durationMs: performance.now() - startedAt,
      attempts,
      error,
      consumed: [],
      items: 0,
      requestId: (thrown as Partial<SdkOutput> | undefined)?.$metadata?.requestId,
    });
    throw error;
  }
}

/** Settles as the promise does, or rejects with the signal's reason as soon as it aborts. */
export function abortable<T>(promise: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  if (signal === undefined) return promise;
  return new Promise<T>((resolve, reject) => {
    // The SDK obeys its signal on the socket and in a back-off, not while it waits for credentials.
    const onAbort = (): void => reject(signal.reason);
    signal.addEventListener('abort', onAbort, { once: true });
    promise.then(resolve, reject).finally(() => signal.removeEventListener('abort', onAbort));
  });
}

function isAbort(error: unknown, signal: AbortSignal): boolean {
  return error === signal.reason || (error as Error | undefined)?.name === 'AbortError';
}

/** Records each try from below the SDK's retries, where each is seen with its own answer. */
function recordAttempts(command: SdkCommand, attempts: Attempt[], progress: { sent: boolean }): void {
  let endedAt: number | undefined;
  command.middlewareStack.addRelativeTo(
    (next: (args: any) => Promise<any>) =>
      async (args: any): Promise<any> => {
        progress.sent = true;
        const startedAt = performance.now();
        const delayMs = endedAt === undefined ? 0 : startedAt - endedAt;
        try {
          const result = await next(args);
          endedAt = performance.now();
          const status: number | undefined = result.response?.statusCode;
          attempts.push({ durationMs: endedAt - startedAt, delayMs, status, throttled: false });
          return result;
        } catch (error) {
          endedAt = performance.now();
          const { name, $metadata } = error as { name?: string; $metadata?: { httpStatusCode?: number } };
          attempts.push({
            durationMs: endedAt - startedAt,
            delayMs,
            status: $metadata?.httpStatusCode,
            error: name,
            throttled: isThrottle(name),
          });
          throw error;
        }
      },
    { name: 'tableTheoryAttempts', relation: 'after', toMiddleware: 'retryMiddleware', override: true },
  );
}

const READS = new Set(['GetItem', 'Query', 'Scan', 'BatchGetItem', 'TransactGetItems']);

function consumedOf(operation: Operation, consumed: ConsumedCapacity | ConsumedCapacity[] | undefined): Consumed[] {
  if (consumed === undefined) return [];
  const reads = READS.has(operation.name);
  return (Array.isArray(consumed) ? consumed : [consumed]).map(
    ({ TableName, CapacityUnits = 0, ReadCapacityUnits, WriteCapacityUnits }) => ({
      table: TableName ?? (operation.tables[0] as string),
      read: ReadCapacityUnits ?? (reads ? CapacityUnits : 0),
      write: WriteCapacityUnits ?? (reads ? 0 : CapacityUnits),
    }),
  );
}
