import type { Models, StreamChange, StreamView, UnreadRecord } from '@tabletheory/core';
import type { Invocation } from '@tabletheory/invocation';
import { type BatchItemFailure, type BatchResponse, withFailures } from './batch-response.ts';
import type { ChangeHandlers, Changes, ItemChange } from './changes.ts';
import { workInKeyOrder } from './key-order.ts';
import { RecordUnreadableError } from './record-unreadable-error.ts';
import { itemKeyOf } from './stream-event.ts';

type AnyChange = StreamChange<Models, StreamView>;

/** What the changes of one event are handled with. */
export interface BatchOptions {
  readonly invocation: Invocation;
  readonly models: Models;
  readonly concurrency: number;
  /** Takes a record that cannot be read. Without it, such a record fails. */
  readonly onPoison: ((record: UnreadRecord) => unknown) | undefined;
}

/** The records of one event, and which of them have failed. */
export class ChangeBatch implements Changes<Models, StreamView> {
  readonly records: readonly ItemChange<Models, StreamView>[];
  readonly poison: readonly UnreadRecord[];

  readonly #changes: readonly AnyChange[];
  readonly #options: BatchOptions;
  readonly #failures: BatchItemFailure[] = [];
  #processed = false;

  constructor(changes: readonly AnyChange[], options: BatchOptions) {
    this.#options = options;
    this.#changes = changes.filter((change) => change.model !== undefined || isPoison(change));
    this.records = this.#changes.filter((change) => change.model !== undefined);
    this.poison = this.#changes.filter(isPoison);
  }

  readonly process = async (handlers: ChangeHandlers<Models, StreamView>): Promise<BatchResponse> => {
    checkHandlers(handlers, this.#options.models);
    this.#processed = true;
    return this.#work(
      this.#changes.filter(({ model }) => model === undefined || handlers[model] !== undefined),
      (change) => (change.model === undefined ? this.#take(change) : handlers[change.model]?.(change)),
    );
  };

  /**
   * The response of the request: that of the handler, and the failures it has not named. A handler that has gone through
   * the records by itself has not seen those that cannot be read.
   */
  async settle(response: unknown): Promise<unknown> {
    if (!this.#processed) await this.#work(this.poison, (record) => this.#take(record));
    return withFailures(response, this.#failures);
  }

  /** Whether there is nothing to settle. */
  get settled(): boolean {
    return this.#failures.length === 0 && (this.#processed || this.poison.length === 0);
  }

  async #work<T extends AnyChange>(items: readonly T[], run: (item: T) => unknown): Promise<BatchResponse> {
    const { invocation, concurrency } = this.#options;
    const { signal } = invocation;
    const first = await workInKeyOrder({
      items,
      keyOf: ({ record }) => itemKeyOf(record),
      run,
      onFailure: (change, error) => this.#report(change, error),
      concurrency,
      signal,
    });
    const failed = items[first];
    if (failed === undefined) return { batchItemFailures: [] };
    if (signal?.aborted) {
      invocation.log?.warn({ records: items.length, from: first }, 'stream records left for the next invocation');
    }
    // Without a number, only the whole batch can be named.
    const failure = { itemIdentifier: failed.sequenceNumber ?? '' };
    this.#failures.push(failure);
    return { batchItemFailures: [failure] };
  }

  #take(record: UnreadRecord): unknown {
    const { onPoison } = this.#options;
    if (onPoison === undefined) throw new RecordUnreadableError(record);
    return onPoison(record);
  }

  /** An error that is reported to Lambda is seen nowhere else. */
  #report({ model, eventName, sequenceNumber }: AnyChange, error: unknown): void {
    const { log } = this.#options.invocation;
    const record = { model, event_name: eventName, sequence_number: sequenceNumber, error };
    if (log === undefined) console.error('stream record failed', record);
    else log.error(record, 'stream record failed');
  }
}

function isPoison(change: AnyChange): change is UnreadRecord {
  return change.model === undefined && change.problems.length > 0;
}

function checkHandlers(handlers: ChangeHandlers<Models, StreamView>, models: Models): void {
  for (const [name, handler] of Object.entries(handlers)) {
    if (Object.hasOwn(models, name) && (handler === undefined || typeof handler === 'function')) continue;
    const known = Object.keys(models).join(', ');
    throw new TypeError(
      `@tabletheory/streams: changes.process takes a function for each of ${known}; ${name} is wrong`,
      {
        cause: { package: '@tabletheory/streams' },
      },
    );
  }
}
