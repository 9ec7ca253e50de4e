import type {
  BatchGetAction,
  BatchGetOptions,
  BatchGetResult,
  BatchGetResults,
  BatchReadLeft,
  BatchReadOptions,
} from '../batch-types.ts';
import type { StoredItem } from '../codec/attribute-value.ts';
import { readItem, readSelected, validated, writeKey } from '../codec/item-codec.ts';
import { CodecProblem, type Problem } from '../codec/problem.ts';
import type { BatchGetItemInput, BatchGetItemOutput, KeysAndAttributes } from '../command/requests.ts';
import type { CompiledModel } from '../compiled-model.ts';
import type { Connection } from '../connection.ts';
import { openAll } from '../encryption/open-stored.ts';
import { DeadlineExceededError, StoredItemInvalidError } from '../errors.ts';
import { Expression } from '../expression.ts';
import type { Operation } from '../observe.ts';
import { projectionExpression, type Selection, selectionOf } from '../projection.ts';
import { plainProblem } from '../read-result.ts';
import { send } from '../send.ts';
import { type BatchEntry, type BatchOutcome, batchOperation, sendBatch } from './batch-chunks.ts';
import { encodeEach, type PlaceOf } from './batch-encode.ts';
import { identities } from './item-identity.ts';

const OPERATION = 'BatchGetItem';

// https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_BatchGetItem.html: 100 items and 16 MB. What
// would go beyond 16 MB comes back as unprocessed keys.
const MAX_KEYS = 100;

/** A key of a batch, encoded. */
export interface BatchKey extends BatchEntry {
  readonly stored: StoredItem;
}

/** The reads of a batch on one model. They send nothing: `$batchGet` sends them. */
export class ModelBatchGets {
  readonly #model: CompiledModel;

  constructor(model: CompiledModel) {
    this.#model = model;
  }

  get(key: object): BatchGetAction {
    return { model: this.#model, key };
  }
}

/** How the items of a batch are read. */
export interface BatchReading extends BatchReadOptions {
  /** What of each item is fetched, for a batch of one model. */
  readonly selection?: Selection | undefined;
}

/** The request for some keys. */
export function batchGetParams(keys: readonly BatchKey[], { selection, consistent }: BatchReading): BatchGetItemInput {
  const perTable = Map.groupBy(keys, ({ model }) => model.table);
  const requests = [...perTable].map(([table, ofTable]): [string, KeysAndAttributes] => {
    const { model } = ofTable[0] as BatchKey;
    const expression = new Expression();
    const projection =
      selection === undefined ? {} : { ProjectionExpression: projectionExpression(model, selection, expression) };
    return [
      table,
      {
        Keys: ofTable.map(({ stored }) => stored),
        ...(consistent ? { ConsistentRead: true } : {}),
        ...projection,
        ...expression.params(),
      },
    ];
  });
  return { RequestItems: Object.fromEntries(requests) };
}

/**
 * Reads the items with some keys of one model.
 *
 * @throws ValidationFailedError when a key is not valid; nothing was sent.
 * @throws StoredItemInvalidError when stored items do not fit the model; `partial` is the result without them.
 * @throws DeadlineExceededError when time runs out; `partial` is the result so far.
 */
export function batchGet(
  connection: Connection,
  model: CompiledModel,
  keys: readonly object[],
  { select, ...options }: BatchGetOptions,
): Promise<BatchGetResult<object, object>> {
  const selection = select && validated(model, OPERATION, () => selectionOf(model, select));
  return readAll(
    connection,
    keys.map((key) => ({ model, key })),
    { ...options, selection },
    (index) => `keys[${index}]`,
    (reads, error) => ({
      items: reads.flatMap(({ item }) => (item === undefined ? [] : [item])),
      missing: reads.filter(({ state }) => state === 'missing').map(({ key }) => key),
      unprocessed: reads.filter(({ state }) => state === 'unprocessed').map(({ key }) => key),
      error,
    }),
  );
}

/** Reads items of several models. Throws as {@link batchGet} does. */
export function batchGetAcross(
  connection: Connection,
  actions: readonly BatchGetAction[],
  options: BatchReadOptions,
): Promise<BatchGetResults<(object | undefined)[]>> {
  return readAll(
    connection,
    actions,
    options,
    (index) => `[${index}]`,
    (reads, error) => ({
      results: reads.map(({ item }) => item),
      missing: reads.flatMap((read, index) => leftAt(read, index, 'missing')),
      unprocessed: reads.flatMap((read, index) => leftAt(read, index, 'unprocessed')),
      error,
    }),
  );
}

function leftAt({ state, model, key }: Read, index: number, wanted: Read['state']): BatchReadLeft[] {
  return state === wanted ? [{ index, model: model.name, key }] : [];
}

/** What became of one given key. */
interface Read {
  readonly model: CompiledModel;
  readonly key: object;
  readonly state: 'found' | 'missing' | 'unprocessed' | 'invalid';
  readonly item?: object;
}

async function readAll<Result extends object>(
  connection: Connection,
  wanted: readonly BatchGetAction[],
  reading: BatchReading,
  placeOf: PlaceOf,
  resultOf: (reads: readonly Read[], error: Error | undefined) => Result,
): Promise<Result> {
  const identityOf = identities(wanted.map(({ model }) => model));
  const keys = encodeEach(OPERATION, wanted, placeOf, ({ model, key }): BatchKey => {
    const stored = writeKey(model, key, OPERATION);
    return { model, stored, id: identityOf(model.table, stored) };
  });
  const rows = new Map<string, StoredItem>();
  const batch = {
    operation: OPERATION,
    entries: [...new Map(keys.map((key) => [key.id, key])).values()], // DynamoDB refuses a key that is there twice
    chunkSize: MAX_KEYS,
    sendChunk: async (chunk: readonly BatchKey[], operation: Operation) => {
      const output = await send(connection, operation, batchGetParams(chunk, reading), countRows);
      for (const [table, found] of Object.entries(output.Responses ?? {})) {
        for (const row of found) rows.set(identityOf(table, row), row);
      }
      const unprocessed = Object.entries(output.UnprocessedKeys ?? {});
      const left = unprocessed.flatMap(([table, { Keys = [] }]) => Keys.map((key) => identityOf(table, key)));
      return { unprocessed: new Set(left), mayRepeat: false };
    },
  };
  const { left, error, ...sent } = await sendBatch(connection, batch, reading);
  const encrypts = batch.entries.some(({ model }) => model.encrypted.length > 0);
  const stopped = sent.stopped ?? (encrypts ? await openRows(connection, batch.entries, rows) : undefined);
  const { selection } = reading;
  const problems: Problem[] = [];
  const reads = keys.map(({ id, model }, index): Read => {
    const { key } = wanted[index] as BatchGetAction;
    if (left.has(id)) return { model, key, state: 'unprocessed' };
    const row = rows.get(id);
    if (row === undefined) return { model, key, state: 'missing' };
    try {
      const item = selection === undefined ? readItem(model, row) : readSelected(model, row, selection.fields);
      return { model, key, state: 'found', item };
    } catch (thrown) {
      if (!(thrown instanceof CodecProblem)) throw thrown;
      problems.push(plainProblem(thrown));
      // Who resumes a stopped batch must come by this row again, and learn of it then.
      return { model, key, state: stopped === undefined ? 'invalid' : 'unprocessed' };
    }
  });
  const result = resultOf(reads, error);
  if (stopped !== undefined) throw stopped(result);
  if (problems.length === 0) return result;
  const items = reads.flatMap(({ item }) => (item === undefined ? [] : [item]));
  const invalid = reads.filter(({ state }) => state === 'invalid');
  const model = batchOperation(OPERATION, invalid).models.join(', ');
  throw new StoredItemInvalidError(problems, items, { operation: OPERATION, model, partial: result });
}

/**
 * Opens the encrypted attributes of rows that were read, in their place.
 *
 * @returns what stopped it: no row is opened then, and none of them can be decoded.
 */
async function openRows(
  connection: Connection,
  keys: readonly BatchKey[],
  rows: Map<string, StoredItem>,
): Promise<BatchOutcome['stopped']> {
  const sealed = keys.flatMap(({ id, model }) => {
    const stored = rows.get(id);
    return stored === undefined || model.encrypted.length === 0 ? [] : [{ id, model, stored }];
  });
  if (sealed.length === 0) return undefined;
  try {
    const opened = await openAll(connection, sealed, OPERATION);
    for (const [i, { id }] of sealed.entries()) rows.set(id, opened[i] as StoredItem);
    return undefined;
  } catch (thrown) {
    if (!(thrown instanceof DeadlineExceededError)) throw thrown;
    const { operation, model, cause, timeLeft } = thrown;
    return (partial) => new DeadlineExceededError({ operation, model, cause, timeLeft, sent: true, partial });
  }
}

function countRows({ Responses = {} }: BatchGetItemOutput): number {
  return Object.values(Responses).reduce((count, rows) => count + rows.length, 0);
}
