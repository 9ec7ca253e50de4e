import type {
  BatchWriteAction,
  BatchWriteOptions,
  BatchWriteResult,
  BatchWriteResults,
  BatchWrites,
} from '../batch-types.ts';
import type { StoredItem } from '../codec/attribute-value.ts';
import { writeItem, writeKey } from '../codec/item-codec.ts';
import type { BatchWriteItemInput, BatchWriteItemOutput, WriteRequest } from '../command/requests.ts';
import type { CompiledModel } from '../compiled-model.ts';
import type { Connection } from '../connection.ts';
import { sealBatchWrite } from '../encryption/seal-request.ts';
import { UnguardedWriteError, ValidationFailedError } from '../errors.ts';
import type { Operation } from '../observe.ts';
import { send } from '../send.ts';
import { type BatchEntry, sendBatch } from './batch-chunks.ts';
import { encodeEach, type PlaceOf } from './batch-encode.ts';
import { type Identity, identities } from './item-identity.ts';

const OPERATION = 'BatchWriteItem';

// https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_BatchWriteItem.html: 25 requests and 16 MB,
// which 25 items of the largest size stay below.
const MAX_REQUESTS = 25;

/** A put or delete of a batch, encoded. */
export interface BatchWrite extends BatchEntry {
  readonly request: WriteRequest;
}

/** The writes of a batch on one model. They send nothing: `$batchWrite` sends them. */
export class ModelBatchWrites {
  readonly #model: CompiledModel;

  constructor(model: CompiledModel) {
    this.#model = model;
  }

  put(item: object): BatchWriteAction {
    return { action: 'put', model: this.#model, value: item };
  }

  delete(key: object): BatchWriteAction {
    return { action: 'delete', model: this.#model, value: key };
  }
}

/** The request for some writes. */
export function batchWriteParams(writes: readonly BatchWrite[]): BatchWriteItemInput {
  const perTable = Map.groupBy(writes, ({ model }) => model.table);
  const requests = [...perTable].map(([table, ofTable]) => [table, ofTable.map(({ request }) => request)]);
  return { RequestItems: Object.fromEntries(requests) };
}

/**
 * Puts and deletes items of one model.
 *
 * @throws ValidationFailedError when an item or key is not valid, or an item is written twice; nothing was sent.
 * @throws UnguardedWriteError when the model has unique attributes, or a `version()` and `unguarded` is not set;
 * nothing was sent.
 * @throws DeadlineExceededError when time runs out; `partial` is the result so far.
 */
export function batchWrite(
  connection: Connection,
  model: CompiledModel,
  { put = [], delete: keys = [] }: BatchWrites<object, object>,
  options: BatchWriteOptions,
): Promise<BatchWriteResult<object, object>> {
  const table = new ModelBatchWrites(model);
  return writeAll(
    connection,
    [...put.map((item) => table.put(item)), ...keys.map((key) => table.delete(key))],
    options,
    (index) => (index < put.length ? `put[${index}]` : `delete[${index - put.length}]`),
    (written, left, error) => ({
      written,
      unprocessed: {
        put: left.filter(({ action }) => action === 'put').map(({ value }) => value),
        delete: left.filter(({ action }) => action === 'delete').map(({ value }) => value),
      },
      error,
    }),
  );
}

/** Puts and deletes items of several models. Throws as {@link batchWrite} does. */
export function batchWriteAcross(
  connection: Connection,
  actions: readonly BatchWriteAction[],
  options: BatchWriteOptions,
): Promise<BatchWriteResults> {
  return writeAll(
    connection,
    actions,
    options,
    (index) => `[${index}]`,
    (written, left, error) => ({
      written,
      unprocessed: left.map(({ index, model, action, value }) => ({ index, model: model.name, action, value })),
      error,
    }),
  );
}

async function writeAll<Result extends object>(
  connection: Connection,
  actions: readonly BatchWriteAction[],
  options: BatchWriteOptions,
  placeOf: PlaceOf,
  resultOf: (
    written: number,
    left: readonly (BatchWriteAction & { readonly index: number })[],
    error: Error | undefined,
  ) => Result,
): Promise<Result> {
  refuseUnguarded(actions, options);
  const identityOf = identities(actions.map(({ model }) => model));
  const writes = encodeWrites(actions, placeOf, identityOf, new Date());
  const sealed = actions.some(encrypts) ? await sealWrites(connection, writes) : writes;
  const batch = {
    operation: OPERATION,
    entries: [...new Map(sealed.map((write) => [write.id, write])).values()],
    chunkSize: MAX_REQUESTS,
    sendChunk: async (chunk: readonly BatchWrite[], operation: Operation) => {
      const { UnprocessedItems, $metadata } = await send(
        connection,
        operation,
        batchWriteParams(chunk),
        (output: BatchWriteItemOutput) => chunk.length - requestsIn(output.UnprocessedItems).length,
      );
      const left = requestsIn(UnprocessedItems).map(([table, request]) => identityOf(table, rowOf(request)));
      return { unprocessed: new Set(left), mayRepeat: $metadata?.mayRepeat === true };
    },
  };
  const { left, error, stopped } = await sendBatch(connection, batch, options);
  const notDone = actions
    .map((action, index) => ({ ...action, index }))
    .filter(({ index }) => left.has((writes[index] as BatchWrite).id));
  const result = resultOf(actions.length - notDone.length, notDone, error);
  if (stopped !== undefined) throw stopped(result);
  return result;
}

function encrypts({ model }: { readonly model: CompiledModel }): boolean {
  return model.encrypted.length > 0;
}

/** All of them before the first is sent. */
async function sealWrites(connection: Connection, writes: readonly BatchWrite[]): Promise<BatchWrite[]> {
  const sealed: BatchWrite[] = [];
  for (const write of writes) {
    const { model } = write;
    sealed.push(
      encrypts(write)
        ? { ...write, request: await sealBatchWrite(connection, model, write.request, OPERATION) }
        : write,
    );
  }
  return sealed;
}

function refuseUnguarded(actions: readonly BatchWriteAction[], { unguarded = false }: BatchWriteOptions): void {
  const instead = 'use put, delete or $transactWrite';
  for (const model of new Set(actions.map(({ model }) => model))) {
    const details = { operation: OPERATION, model: model.name };
    if (model.unique.length > 0) {
      const why = `${model.name} has unique attributes, which a batch cannot keep unique`;
      throw new UnguardedWriteError(`${why}: ${instead}`, details);
    }
    if (model.version !== undefined && !unguarded) {
      const why = `${model.name} has a version(), and a batch takes no conditions that could check it`;
      throw new UnguardedWriteError(`${why}: ${instead}, or pass { unguarded: true } to overwrite changes`, details);
    }
  }
}

function encodeWrites(
  actions: readonly BatchWriteAction[],
  placeOf: PlaceOf,
  identityOf: ReturnType<typeof identities>,
  now: Date,
): BatchWrite[] {
  const first = new Map<Identity, number>();
  return encodeEach(OPERATION, actions, placeOf, ({ action, model, value }, index) => {
    const request =
      action === 'put' ? putRequest(model, value, now) : { DeleteRequest: { Key: writeKey(model, value, OPERATION) } };
    const id = identityOf(model.table, rowOf(request));
    const other = first.get(id);
    if (other === undefined) first.set(id, index);
    else if (action === 'put' || actions[other]?.action === 'put') {
      const message = `writes the same item as ${placeOf(other)}, and a batch has no order`;
      throw new ValidationFailedError([{ path: '', keyword: 'uniqueItems', message }], { model: model.name });
    }
    return { model, id, request };
  });
}

function putRequest(model: CompiledModel, item: object, now: Date): WriteRequest {
  const read = model.version && ((item as Record<string, unknown>)[model.version.property] as number | undefined);
  return { PutRequest: { Item: writeItem(model, item, { now, version: (read ?? 0) + 1 }, OPERATION) } };
}

/** The item to put, or the key to delete. */
function rowOf({ PutRequest, DeleteRequest }: WriteRequest): StoredItem {
  return PutRequest?.Item ?? DeleteRequest?.Key ?? {};
}

function requestsIn(perTable: Record<string, WriteRequest[]> = {}): [table: string, request: WriteRequest][] {
  return Object.entries(perTable).flatMap(([table, requests]) =>
    requests.map((request): [string, WriteRequest] => [table, request]),
  );
}
