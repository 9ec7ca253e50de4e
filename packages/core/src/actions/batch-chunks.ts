import { type BackOff, backOffDelay, waitInTime } from '../backoff.ts';
import type { BatchOptions } from '../batch-types.ts';
import type { CompiledModel } from '../compiled-model.ts';
import type { Connection } from '../connection.ts';
import { DeadlineExceededError, ItemTooLargeError, RequestRefusedError, TableTheoryError } from '../errors.ts';
import type { Operation } from '../observe.ts';
import type { Identity } from './item-identity.ts';

const DEFAULT_CONCURRENCY = 4;
const DEFAULT_MAX_ATTEMPTS = 8;

// DynamoDB leaves requests unprocessed when it has no capacity for them, and asks to wait before they are sent again:
// https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_BatchWriteItem.html
const BACK_OFF: BackOff = { base: 50, cap: 1_000 };

/** One request within a batch. No two of a batch have the same identity. */
export interface BatchEntry {
  readonly model: CompiledModel;
  readonly id: Identity;
}

/** A batch, ready to send. */
export interface Batch<Entry extends BatchEntry> {
  /** DynamoDB's name of the operation. */
  readonly operation: string;
  readonly entries: readonly Entry[];
  /** The most entries DynamoDB takes in one request. */
  readonly chunkSize: number;
  /** Sends one request. */
  readonly sendChunk: (chunk: readonly Entry[], operation: Operation) => Promise<ChunkOutcome>;
}

/** How one request of a batch ended. */
export interface ChunkOutcome {
  /** What DynamoDB left unprocessed. */
  readonly unprocessed: ReadonlySet<Identity>;
  /** Whether an earlier try, whose answer was lost, may have done some of that all the same. */
  readonly mayRepeat: boolean;
}

/** How a batch ended. */
export interface BatchOutcome {
  /** What was not processed. */
  readonly left: ReadonlySet<Identity>;
  /** Why requests failed, when some did and others did not. */
  readonly error: Error | undefined;
  /** Set when the batch was stopped; `partial` is what the error carries. */
  readonly stopped: ((partial: object) => DeadlineExceededError) | undefined;
}

/**
 * Sends a batch, chunk by chunk, several at a time. What DynamoDB leaves unprocessed is sent again after a back-off.
 * Once a request has failed no further one is begun, unless it failed for what was in it.
 *
 * @throws the error of a request when nothing at all was processed.
 * @throws RangeError when an option is not a whole number of at least 1.
 */
export async function sendBatch<Entry extends BatchEntry>(
  connection: Connection,
  { operation, entries, chunkSize, sendChunk }: Batch<Entry>,
  options: BatchOptions,
): Promise<BatchOutcome> {
  const concurrency = atLeastOne('concurrency', options.concurrency ?? DEFAULT_CONCURRENCY);
  const maxAttempts = atLeastOne('maxAttempts', options.maxAttempts ?? DEFAULT_MAX_ATTEMPTS);
  const { binding } = connection;
  const details = { operation, model: batchOperation(operation, entries).models.join(', ') };
  const timeLeft = binding.remaining?.();
  const left = new Set(entries.map(({ id }) => id));
  const chunks = chunksOf(entries, chunkSize);
  let error: unknown;
  let sent = false;
  let mayBeDone = false;
  let halted = false;

  async function sendUntilProcessed(chunk: readonly Entry[]): Promise<void> {
    let pending = chunk;
    for (let attempt = 1; ; attempt++) {
      const { unprocessed, mayRepeat } = await sendChunk(pending, batchOperation(operation, pending));
      sent = true;
      mayBeDone ||= mayRepeat && unprocessed.size > 0;
      for (const { id } of pending) if (!unprocessed.has(id)) left.delete(id);
      pending = pending.filter(({ id }) => unprocessed.has(id));
      if (pending.length === 0 || attempt === maxAttempts) return;
      const inTime = await waitInTime(backOffDelay(attempt, BACK_OFF), binding).catch(() => false); // aborted
      if (!inTime) throw new DeadlineExceededError({ ...details, timeLeft, sent, cause: binding.signal?.reason });
      if (halted) return;
    }
  }

  async function sendChunks(): Promise<void> {
    for (let chunk = chunks.shift(); chunk !== undefined && !halted; chunk = chunks.shift()) {
      try {
        await sendUntilProcessed(chunk);
      } catch (thrown) {
        const late = thrown instanceof DeadlineExceededError;
        if (error === undefined || late) error = thrown;
        sent ||= !late || thrown.sent;
        mayBeDone ||= thrown instanceof TableTheoryError && thrown.mayBeDone;
        halted ||= !(thrown instanceof RequestRefusedError || thrown instanceof ItemTooLargeError);
      }
    }
  }

  await Promise.all(Array.from({ length: Math.min(concurrency, chunks.length) }, sendChunks));
  if (error instanceof TableTheoryError) error.mayBeDone = mayBeDone;
  if (error instanceof DeadlineExceededError) {
    const { cause, lastError } = error;
    const stopped = (partial: object): DeadlineExceededError =>
      Object.assign(new DeadlineExceededError({ ...details, timeLeft, sent, cause, lastError, partial }), {
        mayBeDone,
      });
    return { left, error: undefined, stopped };
  }
  if (error !== undefined && left.size === entries.length) throw error;
  return { left, error: error as Error | undefined, stopped: undefined };
}

/** Splits entries into chunks of at most `size`. */
export function chunksOf<Entry>(entries: readonly Entry[], size: number): Entry[][] {
  return Array.from({ length: Math.ceil(entries.length / size) }, (_, i) => entries.slice(i * size, (i + 1) * size));
}

/** A batch as an observer sees it. */
export function batchOperation(name: string, entries: readonly { readonly model: CompiledModel }[]): Operation {
  const models = new Set(entries.map(({ model }) => model));
  return {
    name,
    tables: [...new Set([...models].map(({ table }) => table))],
    models: [...models].map((model) => model.name),
  };
}

function atLeastOne(option: string, value: number): number {
  if (Number.isInteger(value) && value >= 1) return value;
  throw new RangeError(`${option} must be a whole number of at least 1`);
}
