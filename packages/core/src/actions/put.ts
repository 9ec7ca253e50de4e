import { writeItem } from '../codec/item-codec.ts';
import type { PutItemInput } from '../command/requests.ts';
import type { CompiledModel } from '../compiled-model.ts';
import type { Connection } from '../connection.ts';
import { sealPut } from '../encryption/seal-request.ts';
import { Expression } from '../expression.ts';
import { readResult } from '../read-result.ts';
import { send } from '../send.ts';
import { conditionError, type Expected, type WriteOptions, writeCondition } from './write-condition.ts';

const OPERATION = 'PutItem';

/** A put that has been built, and what it expects of the stored item. */
export interface BuiltPut {
  readonly params: PutItemInput;
  readonly expected: Expected;
}

/** The request of a `create`: the item must not exist. */
export function createParams(model: CompiledModel, item: object, now: Date): BuiltPut {
  return build(model, item, { now, version: 1 }, { exists: false });
}

/**
 * The request of a `put`, which replaces the whole item. With `version()`, the item to replace must still have the
 * version that the given item carries; one that carries none must be new.
 */
export function putParams(model: CompiledModel, item: object, options: Pick<WriteOptions, 'if'>, now: Date): BuiltPut {
  if (model.version === undefined) return build(model, item, { now, version: 1 }, options);
  const read = (item as Record<string, unknown>)[model.version.property] as number | undefined;
  return read === undefined
    ? build(model, item, { now, version: 1 }, { ...options, exists: false })
    : build(model, item, { now, version: read + 1 }, { ...options, version: read });
}

function build(
  model: CompiledModel,
  item: object,
  generated: { now: Date; version: number },
  expected: Expected,
): BuiltPut {
  const expression = new Expression();
  return {
    params: {
      TableName: model.table,
      Item: writeItem(model, item, generated, OPERATION),
      ...writeCondition(model, OPERATION, expected, expression),
      ...expression.params(),
    },
    expected,
  };
}

/** Writes one item. */
export async function putItem(
  connection: Connection,
  model: CompiledModel,
  { params, expected }: BuiltPut,
): Promise<object> {
  const operation = { name: OPERATION, tables: [model.table], models: [model.name] };
  await send(
    connection,
    operation,
    model.encrypted.length > 0 ? await sealPut(connection, model, params, OPERATION) : params,
    () => 1,
    (thrown) => conditionError(thrown, connection, model, OPERATION, expected),
  );
  // What was written is read back from its stored form: the caller sees exactly what a later `get` will.
  return readResult(model, params.Item, OPERATION);
}
