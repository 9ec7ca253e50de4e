import { randomUUID } from 'node:crypto';
import { ConditionFailedError, type Item, type TableOf, type TransactAction } from '@tabletheory/core';
import { type Invocation, type InvocationEnd, isTimeout } from '@tabletheory/invocation';
import { digestOf } from './digest.ts';
import { IdempotencyInProgressError, IdempotencyPayloadMismatchError } from './idempotency-error.ts';
import type { IdempotencyModel } from './idempotency-model.ts';
import type { IdempotencyTables, IdempotencyTransactTable } from './idempotency-tables.ts';
import { storedResponse } from './stored-response.ts';
import { LONGEST_TIMEOUT_MS, timeLeft, untilTimeout } from './time-left.ts';

// By so much may the clocks of two environments differ.
const CLOCK_MARGIN_MS = 1_000;

// A token of DynamoDB has 36 characters at most: 216 bits of a digest.
const TOKEN_LENGTH = 36;

/** What the middleware puts into the context of a request that runs. */
export interface Idempotency {
  /** The id of the request's record. */
  readonly id: string;
  /**
   * A token for `tables.$transactWrite(…, { token })`, the same whenever this request is repeated: DynamoDB does
   * transactions with the same token and content once within ten minutes.
   *
   * @param name tells the transactions of one request apart.
   */
  token(name?: string): string;
  /**
   * An action that completes the request within a transaction: what the transaction writes and that the request is
   * done are one. It cancels the transaction when another run of the request has taken over. The response is what later
   * requests are answered with; return the same one.
   *
   * @example
   * const response = { statusCode: 201, body: orderId };
   * await tables.$transactWrite((tx) => [tx.orders.create(order), idempotency.complete(tx.idempotency, response)]);
   * return response;
   */
  complete(table: IdempotencyTransactTable, response: unknown): TransactAction<undefined>;
}

/** What an attempt is made of. */
export interface AttemptOptions {
  readonly tables: IdempotencyTables;
  readonly id: string;
  readonly payloadHash: string | undefined;
  /** Milliseconds for which a completed record counts. */
  readonly expiresAfter: number;
  /** The most bytes of a response that is stored. */
  readonly maxResponseSize: number;
}

type Record = Item<IdempotencyModel>;

type BuildCondition = NonNullable<NonNullable<Parameters<TableOf<IdempotencyModel>['put']>[1]>['if']>;

/** One run of a request, and its record in the table. */
export class Attempt implements Idempotency {
  readonly id: string;
  readonly #invocation: Invocation;
  readonly #options: AttemptOptions;
  readonly #execution: string | undefined;
  /** Who writes the record. */
  readonly #name: string;
  #open = false;

  constructor(invocation: Invocation, options: AttemptOptions) {
    this.id = options.id;
    this.#invocation = invocation;
    this.#options = options;
    this.#execution = durableExecution(invocation.context);
    this.#name = this.#execution ?? randomUUID();
  }

  /**
   * Writes that the request has started, unless it has before.
   *
   * @returns the record of the earlier request when that was completed.
   */
  async begin(): Promise<Record | undefined> {
    const { tables, id, payloadHash } = this.#options;
    const { idempotency } = tables.$bind(this.#invocation);
    const now = new Date();
    const record = { id, status: 'started', attempt: this.#name, payloadHash, ...this.#timesOfStart() } as const;
    try {
      await idempotency.put(record, {
        if: (c) => c.or(c('status', 'exists', false), c('until', '<', now), this.#isOwn(c)),
      });
    } catch (error) {
      const earlier = error instanceof ConditionFailedError ? (error.item as Record | undefined) : undefined;
      if (earlier === undefined) throw error;
      if (payloadHash !== undefined && earlier.payloadHash !== undefined && payloadHash !== earlier.payloadHash) {
        throw new IdempotencyPayloadMismatchError();
      }
      if (earlier.status === 'completed') return earlier;
      throw new IdempotencyInProgressError(Math.max(1, earlier.until.getTime() - Date.now()));
    }
    this.#open = true;
    return undefined;
  }

  #timesOfStart(): { until: Date; expiresAt: Date } {
    const { context } = this.#invocation;
    // A durable execution goes on after its function has ended, and its replays find their own record.
    if (this.#execution !== undefined) return times(this.#options.expiresAfter);
    // Longer than any function runs: what is left then was killed.
    return times(Math.min(timeLeft(context) ?? LONGEST_TIMEOUT_MS, LONGEST_TIMEOUT_MS) + CLOCK_MARGIN_MS);
  }

  /** Whether a record was started by this attempt: nobody else's is written over. */
  readonly #isOwn: BuildCondition = (c) => c.and(c('attempt', '=', this.#name), c('status', '=', 'started'));

  token(name = ''): string {
    return digestOf([this.id, name]).slice(0, TOKEN_LENGTH);
  }

  complete(table: IdempotencyTransactTable, response: unknown): TransactAction<undefined> {
    const action = table.update({ id: this.id }, this.#completion(response), { if: this.#isOwn });
    return {
      ...action,
      result: () => {
        this.#open = false;
        return undefined;
      },
    };
  }

  #completion(response: unknown): { status: 'completed'; response: string | undefined; until: Date; expiresAt: Date } {
    const { expiresAfter, maxResponseSize } = this.#options;
    return { status: 'completed', response: storedResponse(response, maxResponseSize), ...times(expiresAfter) };
  }

  /**
   * Keeps the response for later requests. What the handler has done is done: when that fails it is logged, and the
   * response is given all the same.
   */
  async keep(response: unknown): Promise<void> {
    if (!this.#open) return;
    this.#open = false;
    const changes = this.#completion(response);
    await this.#write('the response of an idempotent request was not stored', ({ idempotency }) =>
      idempotency.update({ id: this.id }, changes, { if: this.#isOwn }),
    );
  }

  /** Ends the attempt as its request has ended. */
  async end({ outcome, error, response }: InvocationEnd): Promise<void> {
    if (!this.#open) return;
    if (outcome === 'success') return this.keep(response);
    // The handler may still be running: until Lambda ends it, nobody else may begin.
    if (outcome === 'error' && (this.#invocation.signal?.aborted || isTimeout(error))) return;
    this.#open = false;
    await this.#write('the record of a failed request was not deleted', ({ idempotency }) =>
      idempotency.delete({ id: this.id }, { if: this.#isOwn }),
    );
  }

  async #write(
    problem: string,
    write: (tables: Pick<IdempotencyTables, 'idempotency'>) => Promise<unknown>,
  ): Promise<void> {
    try {
      await untilTimeout(this.#invocation, (binding) => write(this.#options.tables.$bind(binding)));
    } catch (error) {
      if (error instanceof ConditionFailedError && this.#isCompleted(error.item as Record | undefined)) return;
      this.#invocation.log?.error({ err: error, idempotency_id: this.id }, problem);
    }
  }

  /** Whether the handler has completed the request in a transaction, whose answer may have been lost. */
  #isCompleted(stored: Record | undefined): boolean {
    return stored?.status === 'completed' && stored.attempt === this.#name;
  }
}

function times(ms: number): { until: Date; expiresAt: Date } {
  const until = Date.now() + ms;
  // A time to live has whole seconds, and must not be over before.
  return { until: new Date(until), expiresAt: new Date(until + 1_000) };
}

/** The execution a durable function works for, the same in all of its invocations; `undefined` of any other function. */
function durableExecution(
  context: object & { executionContext?: { durableExecutionArn?: unknown } },
): string | undefined {
  const arn = context.executionContext?.durableExecutionArn;
  return typeof arn === 'string' ? arn : undefined;
}
