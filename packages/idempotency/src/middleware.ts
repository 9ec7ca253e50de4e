import type middy from '@middy/core';
import {
  enter,
  type Invocation,
  type LambdaContext,
  leave,
  type MiddyRequest,
  type OptionSchema,
  validateOptions,
} from '@tabletheory/invocation';
import { Attempt, type Idempotency } from './attempt.ts';
import { digestOf } from './digest.ts';
import {
  IdempotencyKeyMissingError,
  IdempotencyNoTimeError,
  IdempotencyResponseNotStoredError,
} from './idempotency-error.ts';
import type { IdempotencyTables } from './idempotency-tables.ts';
import { LARGEST_RESPONSE, readResponse } from './stored-response.ts';
import { timeLeft } from './time-left.ts';

/** Options of {@link idempotency}. */
export interface IdempotencyOptions<Event = any, Key extends string = 'idempotency'> {
  /**
   * What is the same whenever a request is repeated, and different otherwise: of one caller, where callers choose it.
   * A request without one is an `IdempotencyKeyMissingError`.
   */
  readonly key: (event: Event, context: any) => string | undefined;
  /**
   * What must be the same as well: a request with a key that was used with another payload is an
   * `IdempotencyPayloadMismatchError`. By default nothing is compared.
   */
  readonly payload?: ((event: Event, context: any) => unknown) | undefined;
  /**
   * Tables with `idempotency` among them, or what finds them in the context. By default `context.tables`, those of
   * `@tabletheory/dynamodb`.
   */
  readonly tables?: IdempotencyTables | ((context: any) => IdempotencyTables) | undefined;
  /**
   * Keeps the keys of functions that share a table apart. By default the function's name, `AWS_LAMBDA_FUNCTION_NAME`.
   */
  readonly scope?: string | undefined;
  /**
   * Milliseconds for which a response is kept, 600,000 or more: DynamoDB knows tokens of transactions for that long.
   * Default 86,400,000, a day.
   */
  readonly expiresAfter?: number | undefined;
  /** Milliseconds that must be left of a request for it to begin. Default 100. */
  readonly minimumTime?: number | undefined;
  /** The most bytes of a response that is stored, up to 389,120. Default 262,144. */
  readonly maxResponseSize?: number | undefined;
  /** The key of the context. Default `idempotency`. */
  readonly contextKey?: Key | undefined;
}

const PACKAGE = '@tabletheory/idempotency';

const optionSchema: OptionSchema = {
  type: 'object',
  properties: {
    key: { instanceof: 'Function' },
    payload: { instanceof: 'Function' },
    tables: { anyOf: [{ instanceof: 'Function' }, { instanceof: 'Object' }] },
    scope: { type: 'string', minLength: 1 },
    expiresAfter: { type: 'integer', minimum: 600_000 },
    minimumTime: { type: 'integer', minimum: 0, maximum: 900_000 },
    maxResponseSize: { type: 'integer', minimum: 0, maximum: LARGEST_RESPONSE },
    contextKey: { type: 'string', minLength: 1 },
  },
  required: ['key'],
  additionalProperties: false,
};

/**
 * Checks options of {@link idempotency} without making one.
 *
 * @throws TypeError naming the first option that is wrong, unknown or missing.
 */
export function idempotencyValidateOptions(options: unknown): void {
  validateOptions(PACKAGE, optionSchema, options);
}

/**
 * A Middy middleware that has a repeated request answered with the response that was stored for the first one. Of those
 * that come at once one runs. A request that fails may be repeated at once, and one whose function was killed when its
 * time would have been over.
 *
 * In a request it throws, each with Middy's error shape: `IdempotencyKeyMissingError` (400),
 * `IdempotencyInProgressError` (409), `IdempotencyPayloadMismatchError` (422), `IdempotencyResponseNotStoredError` (409) and
 * `IdempotencyNoTimeError` (503); and the errors of the table layer.
 *
 * @throws TypeError naming the first option that is wrong, unknown or missing.
 *
 * @example
 * import middy from '@middy/core';
 * import { defineModel, integer, string } from '@tabletheory/core';
 * import { dynamodb } from '@tabletheory/dynamodb';
 * import { idempotency, idempotencyModel, keyFromHeader } from '@tabletheory/idempotency';
 *
 * const Order = defineModel({
 *   name: 'Order',
 *   table: 'orders',
 *   key: { partition: 'orderId' },
 *   attributes: { orderId: string(), total: integer() },
 * });
 *
 * export const handler = middy()
 *   .use(dynamodb({ models: { orders: Order, idempotency: idempotencyModel() } }))
 *   .use(idempotency({ key: keyFromHeader() }))
 *   .handler(async (_event, { tables, idempotency }) => {
 *     const response = { statusCode: 201, body: 'created' };
 *     await tables.$transactWrite((tx) => [
 *       tx.orders.create({ orderId: 'o-1', total: 30 }),
 *       idempotency.complete(tx.idempotency, response),
 *     ]);
 *     return response;
 *   });
 */
export function idempotency<Event = any, const Key extends string = 'idempotency'>(
  options: IdempotencyOptions<Event, Key>,
): middy.MiddlewareObj<Event, any, Error, LambdaContext & { [K in Key]: Idempotency }> {
  idempotencyValidateOptions(options);
  const { key, payload, tables = tablesOfContext, minimumTime = 100 } = options;
  const { expiresAfter = 86_400_000, maxResponseSize = 256 * 1024 } = options;
  const scope = options.scope ?? process.env.AWS_LAMBDA_FUNCTION_NAME ?? 'function';
  const contextKey = options.contextKey ?? 'idempotency';
  const middleware = {};

  const idempotencyMiddlewareBefore = async (request: MiddyRequest): Promise<void> => {
    const { event, context } = request;
    const invocation = enter(request, middleware);
    const requestKey = key(event, context);
    if (typeof requestKey !== 'string' || requestKey === '') throw new IdempotencyKeyMissingError();
    refuseWithoutTime(invocation, minimumTime);
    const attempt = new Attempt(invocation, {
      tables: typeof tables === 'function' ? tables(context) : tables,
      // A key may be long, or personal.
      id: `${scope}#${digestOf(requestKey)}`,
      payloadHash: payload && digestOf(payload(event, context)),
      expiresAfter,
      maxResponseSize,
    });
    const earlier = await attempt.begin();
    if (earlier === undefined) {
      invocation.onEnd((end) => attempt.end(end));
      request.context[contextKey] = attempt;
      return;
    }
    if (earlier.response === undefined) throw new IdempotencyResponseNotStoredError();
    // Set and not returned: there may have been no response.
    request.earlyResponse = readResponse(earlier.response);
  };
  const idempotencyMiddlewareAfter = async (request: MiddyRequest): Promise<void> => {
    const attempt: unknown = request.context[contextKey];
    // Here and not when the request ends: what fails after this does not undo what the handler has done.
    if (attempt instanceof Attempt) await attempt.keep(request.response);
    await leave(request, middleware);
  };
  const idempotencyMiddlewareOnError = (request: MiddyRequest): void | Promise<void> => leave(request, middleware);

  return {
    before: idempotencyMiddlewareBefore,
    after: idempotencyMiddlewareAfter,
    onError: idempotencyMiddlewareOnError,
  };
}

function tablesOfContext({ tables }: { tables?: IdempotencyTables }): IdempotencyTables {
  if (tables?.idempotency !== undefined) return tables;
  throw new TypeError(
    `${PACKAGE}: there are no context.tables.idempotency; add idempotency: idempotencyModel() to the models of dynamodb(), ` +
      'use that before this middleware, or give the tables as an option',
    { cause: { package: PACKAGE } },
  );
}

/** A request that could not be completed would be in progress for those who repeat it. */
function refuseWithoutTime({ remaining, context }: Invocation, minimumTime: number): void {
  const left = remaining?.() ?? timeLeft(context);
  if (left !== undefined && left < minimumTime) throw new IdempotencyNoTimeError(left);
}
