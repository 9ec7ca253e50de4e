import type {
  AttributeDefinition,
  CreateTableCommandInput,
  GlobalSecondaryIndex,
  KeySchemaElement,
  LocalSecondaryIndex,
  Projection,
} from '@aws-sdk/client-dynamodb';
import { type KeyCodec, type KeyPartCodec, namesOf, storedKeyTypes } from './codec/key-codec.ts';
import { type CompiledIndex, type CompiledModel, compileModel } from './compiled-model.ts';
import type { AnyModel } from './model.ts';
import type { Models } from './table-types.ts';

/** One table as models describe it. */
export interface TableDefinition {
  /** The request that creates the table, billed per request. */
  readonly create: CreateTableCommandInput;
  /** The attribute with the items' time to live, to be switched on once the table is there. */
  readonly timeToLive: string | undefined;
}

/**
 * The tables that models need. Models that share a table must agree on its key and on indexes of the same name.
 *
 * @throws TypeError when they do not.
 *
 * @example
 * for (const { create } of tableDefinitions({ orders: Order })) await client.send(new CreateTableCommand(create));
 */
export function tableDefinitions(models: Models): TableDefinition[] {
  const byTable = Map.groupBy(
    Object.values(models).map((model) => compileModel(model as AnyModel)),
    ({ table }) => table,
  );
  return [...byTable].map(([table, sharing]) => tableDefinition(table, sharing));
}

function tableDefinition(table: string, models: readonly CompiledModel[]): TableDefinition {
  const attributes = new Map<string, AttributeDefinition>();
  const global = new Map<string, GlobalSecondaryIndex>();
  const local = new Map<string, LocalSecondaryIndex>();
  const disagree = (what: string): never => {
    const names = models.map(({ name }) => name).join(', ');
    throw new TypeError(`Models ${names} share table ${table} but disagree on ${what}`);
  };
  const schema = (key: KeyCodec): KeySchemaElement[] => {
    for (const [AttributeName, AttributeType] of storedKeyTypes(key)) {
      const other = attributes.get(AttributeName);
      if (other !== undefined && other.AttributeType !== AttributeType) disagree(`the type of ${AttributeName}`);
      attributes.set(AttributeName, { AttributeName, AttributeType });
    }
    return [...elements(key.partition, 'HASH'), ...(key.sort === undefined ? [] : elements(key.sort, 'RANGE'))];
  };
  const keySchemas = models.map(({ key }) => schema(key));
  if (new Set(keySchemas.map((keys) => JSON.stringify(keys))).size > 1) disagree('its key');
  for (const model of models) {
    for (const index of model.indexes.values()) {
      const known: Map<string, LocalSecondaryIndex | GlobalSecondaryIndex> = index.local ? local : global;
      const definition = { IndexName: index.name, KeySchema: schema(index), Projection: projection(model, index) };
      const other = known.get(index.name);
      if (other !== undefined && JSON.stringify(other.KeySchema) !== JSON.stringify(definition.KeySchema)) {
        disagree(`the key of index ${index.name}`);
      }
      known.set(index.name, { ...definition, Projection: widest(other?.Projection, definition.Projection) });
    }
  }
  const ttlNames = new Set(models.flatMap(({ ttl }) => ttl?.name ?? []));
  if (ttlNames.size > 1) disagree('the attribute of their time to live');
  return {
    create: {
      TableName: table,
      BillingMode: 'PAY_PER_REQUEST',
      AttributeDefinitions: [...attributes.values()],
      KeySchema: keySchemas[0],
      ...(global.size > 0 ? { GlobalSecondaryIndexes: [...global.values()] } : {}),
      ...(local.size > 0 ? { LocalSecondaryIndexes: [...local.values()] } : {}),
    },
    timeToLive: [...ttlNames][0],
  };
}

function elements(part: KeyPartCodec, KeyType: 'HASH' | 'RANGE'): KeySchemaElement[] {
  return part.names.map((AttributeName) => ({ AttributeName, KeyType }));
}

function projection(model: CompiledModel, index: CompiledIndex): Projection {
  if (index.returns === undefined) return { ProjectionType: 'ALL' };
  const keys = new Set([...namesOf(model.key), ...namesOf(index)]);
  const names = model.storedFields
    .filter(({ property, name }) => index.returns?.has(property) && !keys.has(name))
    .map(({ name }) => name);
  return names.length === 0 ? { ProjectionType: 'KEYS_ONLY' } : { ProjectionType: 'INCLUDE', NonKeyAttributes: names };
}

function widest(a: Projection | undefined, b: Projection): Projection {
  if (a === undefined || a.ProjectionType === 'ALL') return a ?? b;
  if (b.ProjectionType === 'ALL') return b;
  const names = new Set([...(a.NonKeyAttributes ?? []), ...(b.NonKeyAttributes ?? [])]);
  return names.size === 0 ? a : { ProjectionType: 'INCLUDE', NonKeyAttributes: [...names] };
}
