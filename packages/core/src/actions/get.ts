import type { StoredItem } from '../codec/attribute-value.ts';
import { readSelected, validated, writeKey } from '../codec/item-codec.ts';
import type { GetItemInput, GetItemOutput } from '../command/requests.ts';
import type { CompiledModel } from '../compiled-model.ts';
import type { Connection } from '../connection.ts';
import { openStored } from '../encryption/open-stored.ts';
import { Expression } from '../expression.ts';
import { projectionExpression, selectionOf } from '../projection.ts';
import { fitting, readResult } from '../read-result.ts';
import { send } from '../send.ts';

/** Options of `get`. */
export interface GetOptions<Selected extends string = string> {
  /** Fetch only these attributes, or parts of them: `address.city`, `lines[0].sku`. */
  readonly select?: readonly Selected[];
  /** Read what was last written, at twice the capacity. */
  readonly consistent?: boolean;
}

const OPERATION = 'GetItem';

/** The request of a `get`. */
export function getParams(model: CompiledModel, key: object, options: GetOptions = {}): GetItemInput {
  const expression = new Expression();
  const { select, consistent } = options;
  return {
    TableName: model.table,
    Key: writeKey(model, key, OPERATION),
    ...(consistent ? { ConsistentRead: true } : {}),
    ...(select === undefined
      ? {}
      : {
          ProjectionExpression: validated(model, OPERATION, () =>
            projectionExpression(model, selectionOf(model, select), expression),
          ),
        }),
    ...expression.params(),
  };
}

/** Reads one item; `undefined` when there is none. */
export async function getItem(
  connection: Connection,
  model: CompiledModel,
  key: object,
  options: GetOptions = {},
): Promise<object | undefined> {
  const operation = { name: OPERATION, tables: [model.table], models: [model.name] };
  const input = getParams(model, key, options);
  const { Item } = await send(connection, operation, input, (output: GetItemOutput) =>
    output.Item === undefined ? 0 : 1,
  );
  if (Item === undefined || model.encrypted.length === 0) return decodeGet(model, Item, options, OPERATION);
  return decodeGet(model, await openStored(connection, model, Item, OPERATION), options, OPERATION);
}

/**
 * The item of one read, as far as it was asked for.
 *
 * @throws StoredItemInvalidError when it does not fit the model.
 */
export function decodeGet(
  model: CompiledModel,
  stored: StoredItem | undefined,
  { select }: GetOptions,
  operation: string,
): object | undefined {
  if (stored === undefined) return undefined;
  if (select === undefined) return readResult(model, stored, operation);
  const { fields } = selectionOf(model, select);
  return fitting(model, operation, () => readSelected(model, stored, fields));
}
