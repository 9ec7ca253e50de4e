import type { AnyModel, Attributes } from '@tabletheory/core';
import type { TableMode } from '../source/value.ts';
import { ITEM_ACTIONS, type ItemAction } from './table-use.ts';

type Methods = Readonly<Record<string, readonly ItemAction[]>>;

// https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazondynamodb.html: a transaction needs the
// actions of its parts.
const METHODS: Readonly<Record<TableMode, Methods>> = {
  direct: {
    get: ['GetItem'],
    getOrThrow: ['GetItem'],
    create: ['PutItem'],
    put: ['PutItem'],
    upsert: ['UpdateItem'],
    update: ['UpdateItem'],
    delete: ['DeleteItem'],
    batchGet: ['BatchGetItem'],
    batchWrite: ['BatchWriteItem'],
  },
  transactWrite: {
    create: ['PutItem'],
    put: ['PutItem'],
    upsert: ['UpdateItem'],
    update: ['UpdateItem'],
    delete: ['DeleteItem'],
    check: ['ConditionCheckItem'],
  },
  transactGet: { get: ['GetItem'] },
  batchGet: { get: ['BatchGetItem'] },
  batchWrite: { put: ['BatchWriteItem'], delete: ['BatchWriteItem'] },
};

// A write that may change a unique value reads the item, and then writes it in one transaction with the small items that
// mark values as taken, in the same table.
const WITH_UNIQUE: Methods = {
  put: ['GetItem', 'DeleteItem'],
  upsert: ['GetItem', 'PutItem', 'DeleteItem'],
  update: ['GetItem', 'PutItem', 'DeleteItem'],
  delete: ['GetItem'],
};

/**
 * The actions a method of a table needs; `undefined` when it is none that sends a request of its own.
 *
 * @param changed the attributes an `update` changes, where they are known.
 */
export function methodActions(
  model: AnyModel,
  mode: TableMode,
  method: string,
  changed?: readonly string[],
): readonly ItemAction[] | undefined {
  const own = Object.hasOwn(METHODS[mode], method) ? METHODS[mode][method] : undefined;
  if (own === undefined || mode !== 'direct') return own;
  const unique = uniqueAttributes(model);
  const guarded = unique.length > 0 && (changed === undefined || changed.some((name) => unique.includes(name)));
  return guarded ? [...own, ...(WITH_UNIQUE[method] ?? [])] : own;
}

/** Every action a table may perform in this mode. */
export function allActions(mode: TableMode): readonly ItemAction[] {
  return mode === 'direct' ? ITEM_ACTIONS : [...new Set(Object.values(METHODS[mode]).flat())];
}

/** The attributes of a model no two items share a value of. */
export function uniqueAttributes(model: AnyModel): string[] {
  return attributesWith(model, 'unique');
}

/** The attributes of a model that are encrypted. */
export function encryptedAttributes(model: AnyModel): string[] {
  return attributesWith(model, 'encrypted');
}

function attributesWith(model: AnyModel, option: 'unique' | 'encrypted'): string[] {
  return Object.entries(model.attributes as Attributes).flatMap(([name, { options }]) =>
    options[option] ? [name] : [],
  );
}
