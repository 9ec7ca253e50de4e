import type { StoredItem } from '../codec/attribute-value.ts';
import type { TransactGetItemsInput, TransactGetItemsOutput } from '../command/requests.ts';
import type { CompiledModel } from '../compiled-model.ts';
import type { Connection } from '../connection.ts';
import { openAll } from '../encryption/open-stored.ts';
import { send } from '../send.ts';
import { canceledError } from './canceled.ts';
import { decodeGet, type GetOptions, getParams } from './get.ts';
import { refuseSameItem } from './same-item.ts';
import { retryCanceled } from './transact-retry.ts';

const OPERATION = 'TransactGetItems';

// https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_TransactGetItems.html
const MAX_ACTIONS = 100;

/** One read of a transaction; `Result` is what the transaction returns for it. */
export interface TransactRead<Result = unknown> {
  readonly action: 'get';
  readonly model: CompiledModel;
  readonly key: object;
  readonly options: GetOptions;
  /** Only in the types. */
  readonly '~result'?: Result;
}

/** The reads of a transaction on one model. */
export class TransactReads {
  readonly #model: CompiledModel;

  constructor(model: CompiledModel) {
    this.#model = model;
  }

  get(key: object, options: GetOptions = {}): TransactRead {
    return { action: 'get', model: this.#model, key, options };
  }
}

/** The request of a reading transaction. */
export function transactGetParams(reads: readonly TransactRead[]): TransactGetItemsInput {
  if (reads.length === 0 || reads.length > MAX_ACTIONS) {
    throw new RangeError(`A transaction takes 1 to ${MAX_ACTIONS} reads; it was given ${reads.length}`);
  }
  return { TransactItems: reads.map(({ model, key, options }) => ({ Get: getParams(model, key, options) })) };
}

/** Reads all items as they are at one moment; `undefined` for each there is none of. */
export async function transactGet(
  connection: Connection,
  reads: readonly TransactRead[],
): Promise<(object | undefined)[]> {
  const input = transactGetParams(reads);
  refuseSameItem(
    reads.map(({ model }, i) => ({ model, key: input.TransactItems[i]?.Get.Key ?? {} })),
    OPERATION,
  );
  const models = [...new Set(reads.map(({ model }) => model))];
  const operation = {
    name: OPERATION,
    tables: [...new Set(models.map(({ table }) => table))],
    models: models.map(({ name }) => name),
  };
  const { Responses = [] } = await retryCanceled(connection, () =>
    send(
      connection,
      operation,
      input,
      ({ Responses = [] }: TransactGetItemsOutput) => Responses.filter(({ Item }) => Item !== undefined).length,
      (thrown) => canceledError(thrown, connection, reads, OPERATION),
    ),
  );
  const encrypts = models.some(({ encrypted }) => encrypted.length > 0);
  const opened = encrypts ? await openResponses(connection, reads, Responses) : Responses;
  return reads.map(({ model, options }, i) => decodeGet(model, opened[i]?.Item, options, OPERATION));
}

async function openResponses(
  connection: Connection,
  reads: readonly TransactRead[],
  responses: readonly Response[],
): Promise<Response[]> {
  const rows = reads.map(({ model }, i) => ({ model, stored: responses[i]?.Item ?? {} }));
  const opened = await openAll(connection, rows, OPERATION);
  return responses.map(({ Item }, i) => (Item === undefined ? {} : { Item: opened[i] as StoredItem }));
}

type Response = NonNullable<TransactGetItemsOutput['Responses']>[number];
