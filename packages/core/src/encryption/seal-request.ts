import type { AttributeValue, StoredItem } from '../codec/attribute-value.ts';
import { setOwn } from '../codec/plain-object.ts';
import type { PutItemInput, TransactWriteItem, UpdateItemInput, WriteRequest } from '../command/requests.ts';
import type { CompiledModel } from '../compiled-model.ts';
import type { Connection } from '../connection.ts';
import type { Encryption } from './encryption.ts';
import { placeOf } from './place.ts';
import { Plaintext } from './plaintext.ts';
import { withDataKeys } from './with-data-keys.ts';

// The requests of a model with encrypted attributes, with every plaintext in them in its envelope. Nothing has been
// sent when one of these throws.

/** @throws DataKeyUnavailableError, DeadlineExceededError; nothing was sent. */
export async function sealPut(
  connection: Connection,
  model: CompiledModel,
  input: PutItemInput,
  operation: string,
): Promise<PutItemInput> {
  return { ...input, Item: await sealItem(connection, model, input.Item, operation) };
}

/** Throws as {@link sealPut} does. */
export async function sealUpdate(
  connection: Connection,
  model: CompiledModel,
  input: UpdateItemInput,
  operation: string,
): Promise<UpdateItemInput> {
  const { Key, ExpressionAttributeValues: values } = input;
  if (values === undefined) return input;
  return { ...input, ExpressionAttributeValues: await sealValues(connection, model, Key, values, operation) };
}

/** Throws as {@link sealPut} does. */
export async function sealTransactWrite(
  connection: Connection,
  model: CompiledModel,
  { Put, Update, ...others }: TransactWriteItem,
  operation: string,
): Promise<TransactWriteItem> {
  if (Put !== undefined) return { Put: await sealPut(connection, model, Put, operation) };
  if (Update !== undefined) return { Update: await sealUpdate(connection, model, Update, operation) };
  return others;
}

/** Throws as {@link sealPut} does. */
export async function sealBatchWrite(
  connection: Connection,
  model: CompiledModel,
  request: WriteRequest,
  operation: string,
): Promise<WriteRequest> {
  const { PutRequest } = request;
  if (PutRequest === undefined) return request;
  return { PutRequest: { Item: await sealItem(connection, model, PutRequest.Item, operation) } };
}

function sealItem(
  connection: Connection,
  model: CompiledModel,
  item: StoredItem,
  operation: string,
): Promise<StoredItem> {
  return sealValues(connection, model, item, item, operation);
}

async function sealValues(
  connection: Connection,
  model: CompiledModel,
  key: StoredItem,
  values: Readonly<Record<string, AttributeValue>>,
  operation: string,
): Promise<Record<string, AttributeValue>> {
  const encryption = connection.encryption as Encryption; // createTables takes such a model with one only
  const { signal } = connection.binding;
  const sealed: Record<string, AttributeValue> = { ...values };
  const place = placeOf(model, key, encryption.boundTable);
  await withDataKeys(connection, { operation, model: model.name }, false, async () => {
    for (const [name, value] of Object.entries(values)) {
      if (value instanceof Plaintext) setOwn(sealed, name, await encryption.seal(place, value, signal));
    }
  });
  return sealed;
}
