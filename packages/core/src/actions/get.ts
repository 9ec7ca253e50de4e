import { GetItemCommand, type GetItemCommandInput, type GetItemCommandOutput } from '@aws-sdk/client-dynamodb';
import { readPartialItem, validated, writeKey } from '../codec/item-codec.ts';
import type { CompiledModel } from '../compiled-model.ts';
import type { Connection } from '../connection.ts';
import { Expression } from '../expression.ts';
import { projectionExpression } from '../projection.ts';
import { readResult } from '../read-result.ts';
import { send } from '../send.ts';

/** Options of `get`. */
export interface GetOptions<Selected extends string = string> {
  /** Fetch only these attributes. */
  readonly select?: readonly Selected[];
  /** Read what was last written, at twice the capacity. */
  readonly consistent?: boolean;
}

const OPERATION = 'GetItem';

/** The request of a `get`. */
export function getParams(model: CompiledModel, key: object, options: GetOptions = {}): GetItemCommandInput {
  const expression = new Expression();
  const { select, consistent } = options;
  return {
    TableName: model.table,
    Key: writeKey(model, key, OPERATION),
    ...(consistent ? { ConsistentRead: true } : {}),
    ...(select === undefined
      ? {}
      : { ProjectionExpression: validated(model, OPERATION, () => projectionExpression(model, select, expression)) }),
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
  const { Item } = await send(connection, operation, GetItemCommand, input, (output: GetItemCommandOutput) =>
    output.Item === undefined ? 0 : 1,
  );
  if (Item === undefined) return undefined;
  return options.select === undefined
    ? readResult(model, Item, OPERATION)
    : readPartialItem(model, Item, new Set(options.select));
}
