import type middy from '@middy/core';
import {
  createStreamReader,
  type EncryptionOptions,
  type Models,
  type StreamChange,
  type StreamRecord,
  type StreamView,
  type UnreadRecord,
} from '@tabletheory/core';
import {
  enter,
  type LambdaContext,
  leave,
  type MiddyRequest,
  type OptionSchema,
  validateOptions,
} from '@tabletheory/invocation';
import { ChangeBatch } from './change-batch.ts';
import type { Changes } from './changes.ts';
import { recordsOf } from './stream-event.ts';

/** Options of {@link streams}. */
export interface StreamsOptions<
  M extends Models,
  View extends StreamView = 'NEW_AND_OLD_IMAGES',
  Key extends string = 'changes',
> {
  /** The models whose items are in the stream, by the names changes tell them by. */
  readonly models: M;
  /** The stream's view type, which says which items a change has. Default `NEW_AND_OLD_IMAGES`. */
  readonly view?: View | undefined;
  /** The most changes `changes.process` works on at once, 1 to 1,000. Default 10. */
  readonly concurrency?: number | undefined;
  /**
   * Takes a record that is of a model's table and key and cannot be read, to keep it somewhere else; it then counts as
   * done, unless the function throws. Without it, the record is reported as failed.
   */
  readonly onPoison?: ((record: UnreadRecord, context: LambdaContext) => unknown) | undefined;
  /** The key of the context the changes are found under. Default `changes`. */
  readonly contextKey?: Key | undefined;
  /** How attributes marked `encrypted` are encrypted: needed where a model has such attributes. */
  readonly encryption?: EncryptionOptions | undefined;
}

const optionSchema: OptionSchema = {
  type: 'object',
  properties: {
    models: { type: 'object', additionalProperties: { instanceof: 'Object' } },
    view: { enum: ['KEYS_ONLY', 'NEW_IMAGE', 'OLD_IMAGE', 'NEW_AND_OLD_IMAGES'] },
    concurrency: { type: 'integer', minimum: 1, maximum: 1000 },
    onPoison: { instanceof: 'Function' },
    contextKey: { type: 'string', minLength: 1 },
    encryption: { type: 'object', additionalProperties: true }, // createStreamReader knows what is in it
  },
  required: ['models'],
  additionalProperties: false,
};

/**
 * Checks options of {@link streams} without making one.
 *
 * @throws TypeError naming the first option that is wrong, unknown or missing.
 */
export function streamsValidateOptions(options: unknown): void {
  validateOptions('@tabletheory/streams', optionSchema, options);
}

/**
 * A Middy middleware for functions that a DynamoDB stream calls: puts the records into the context as typed changes of the
 * models' items, works on them in the order of each item, and reports the first that is not done, so that Lambda goes on
 * from there. The event source mapping must have `ReportBatchItemFailures`: without it Lambda takes every answer for
 * success.
 *
 * @throws TypeError when an option is wrong or a model cannot be compiled. In a request, `StreamEventInvalidError` when the
 *   event is none of a DynamoDB stream, and `DataKeyUnavailableError` when KMS gives no key of encrypted attributes.
 *
 * @example
 * import middy from '@middy/core';
 * import { defineModel, number, string } from '@tabletheory/core';
 * import { streams } from '@tabletheory/streams';
 *
 * const Order = defineModel({
 *   name: 'Order',
 *   table: 'orders',
 *   key: { partition: 'orderId' },
 *   attributes: { orderId: string(), total: number() },
 * });
 *
 * export const handler = middy()
 *   .use(streams({ models: { orders: Order } }))
 *   .handler(async (_event, { changes }) => {
 *     let total = 0;
 *     for (const { newItem } of changes.records) total += newItem?.total ?? 0;
 *     console.log(total);
 *   });
 */
export function streams<
  const M extends Models,
  const View extends StreamView = 'NEW_AND_OLD_IMAGES',
  const Key extends string = 'changes',
>(
  options: StreamsOptions<M, View, Key>,
): middy.MiddlewareObj<unknown, any, Error, LambdaContext & { [K in Key]: Changes<M, View> }> {
  streamsValidateOptions(options);
  const { models, view, concurrency = 10, onPoison, encryption } = options;
  const contextKey = options.contextKey ?? 'changes';
  const readRecords = recordReader(models, view, encryption);
  const middleware = {};

  const streamsMiddlewareBefore = (request: MiddyRequest): void | Promise<void> => {
    const invocation = enter(request, middleware);
    const offer = (changes: Change[]): void => {
      request.context[contextKey] = new ChangeBatch(changes, {
        invocation,
        models,
        concurrency,
        onPoison: onPoison && ((record) => onPoison(record, request.context)),
      });
    };
    const changes = readRecords(recordsOf(request.event), invocation.signal);
    return Array.isArray(changes) ? offer(changes) : changes.then(offer);
  };
  const streamsMiddlewareAfter = (request: MiddyRequest): void | Promise<void> => {
    const batch: unknown = request.context[contextKey];
    if (!(batch instanceof ChangeBatch) || batch.settled) return leave(request, middleware);
    return batch.settle(request.response).then((response) => {
      request.response = response;
      return leave(request, middleware);
    });
  };
  const streamsMiddlewareOnError = (request: MiddyRequest): void | Promise<void> => leave(request, middleware);

  return { before: streamsMiddlewareBefore, after: streamsMiddlewareAfter, onError: streamsMiddlewareOnError };
}

type Change = StreamChange<Models, StreamView>;

/** Reads the records of an event: at once, unless there is something to decrypt. */
function recordReader(
  models: Models,
  view: StreamView | undefined,
  encryption: EncryptionOptions | undefined,
): (records: readonly StreamRecord[], signal: AbortSignal | undefined) => Change[] | Promise<Change[]> {
  if (encryption === undefined) {
    const read = createStreamReader<Models, StreamView>({ models, view });
    return (records) => records.map((record) => read(record));
  }
  const read = createStreamReader<Models, StreamView>({ models, view, encryption });
  return (records, signal) => Promise.all(records.map((record) => read(record, { signal })));
}
