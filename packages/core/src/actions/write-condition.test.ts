import { describe, expect, it } from 'vitest';
import { compileModel } from '../compiled-model.ts';
import { ConditionFailedError, ItemNotFoundError, ValidationFailedError } from '../errors.ts';
import { Expression } from '../expression.ts';
import { defineModel, number, string, version } from '../index.ts';
import { conditionError, type Expected, writeCondition } from './write-condition.ts';

const Order = compileModel(
  defineModel({
    name: 'Order',
    table: 'orders',
    key: { partition: { attribute: 'PK', template: 'ORDER#{orderId}' } },
    attributes: { orderId: string(), total: number(), status: string(), version: version() },
  }),
);

const Plain = compileModel(
  defineModel({ name: 'Plain', table: 'plain', key: { partition: 'id' }, attributes: { id: string({ name: 'i' }) } }),
);

function written(expected: Expected, model = Order) {
  const expression = new Expression();
  return { ...writeCondition(model, 'UpdateItem', expected, expression), ...expression.params() };
}

describe('writeCondition', () => {
  it('is nothing for an unconditional write', () => {
    expect(written({})).toEqual({});
  });

  it.each<[Expected, string]>([
    [{ exists: true }, 'attribute_exists(#0)'],
    [{ exists: false }, 'attribute_not_exists(#0)'],
    [{ version: 3 }, '#0 = :0'],
    [{ if: (c) => c('total', '>', 5) }, '#0 > :0'],
    [{ if: (c) => c.or(c('total', '>', 5), c('total', '<', 1)) }, '(#0 > :0 OR #0 < :1)'],
    [{ exists: true, version: 3 }, 'attribute_exists(#0) AND #1 = :0'],
    [
      { exists: true, version: 3, if: (c) => c.or(c('total', '>', 5), c('total', '<', 1)) },
      'attribute_exists(#0) AND #1 = :0 AND (#2 > :1 OR #2 < :2)',
    ],
    [
      { exists: true, if: (c) => c.not(c.and(c('total', '>', 5), c('status', '=', 'open'))) },
      'attribute_exists(#0) AND NOT (#1 > :0 AND #2 = :1)',
    ],
    [{ version: 3, if: (c) => c('total', 'between', [1, 5]) }, '#0 = :0 AND #1 BETWEEN :1 AND :2'],
  ])('joins what is expected: case %#', (expected, text) => {
    expect(written(expected)).toMatchObject({
      ConditionExpression: text,
      ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
    });
  });

  it('asks for the stored name of the partition key', () => {
    expect(written({ exists: true })).toMatchObject({ ExpressionAttributeNames: { '#0': 'PK' } });
    expect(written({ exists: true }, Plain)).toMatchObject({ ExpressionAttributeNames: { '#0': 'i' } });
  });

  it('refuses a version of a model that has none', () => {
    expect(() => written({ version: 1 }, Plain)).toThrow(/Plain has no version\(\)/);
  });

  it('refuses a condition on no attribute, and a version that is no whole number', () => {
    expect(() => written({ if: (c) => c('colour', '=', 'red') })).toThrow(ValidationFailedError);
    expect(() => written({ version: 1.5 })).toThrow(ValidationFailedError);
  });
});

describe('conditionError', () => {
  const stored = { PK: { S: 'ORDER#o1' }, total: { N: '5' }, status: { S: 's3cret' }, version: { N: '4' } };
  const failed = (Item?: object) =>
    Object.assign(new Error('The conditional request failed'), { name: 'ConditionalCheckFailedException', Item });
  const connection = { client: {} as never, binding: {} };
  const errorOf = (expected: Expected, Item?: object) =>
    conditionError(failed(Item), connection, Order, 'UpdateItem', expected);

  it('is none of any other error', () => {
    expect(conditionError(new Error('other'), connection, Order, 'UpdateItem', {})).toBeUndefined();
    expect(conditionError(undefined, connection, Order, 'UpdateItem', {})).toBeUndefined();
  });

  it.each<[Expected, RegExp]>([
    [{ exists: false }, /Order exists already/],
    [{ exists: true, version: 3 }, /changed by another writer/],
    [{ exists: true, version: 4 }, /does not meet the condition/],
    [{ if: (c) => c('total', '>', 5) }, /does not meet the condition/],
  ])('carries the existing item: case %#', (expected, message) => {
    const error = errorOf(expected, { ...stored });
    expect(error).toBeInstanceOf(ConditionFailedError);
    expect(error).toMatchObject({ code: 'CONDITION_FAILED', operation: 'UpdateItem', model: 'Order' });
    expect((error as ConditionFailedError).message).toMatch(message);
    expect((error as ConditionFailedError).item).toEqual({ orderId: 'o1', total: 5, status: 's3cret', version: 4 });
  });

  it('tells that the item is not there', () => {
    for (const expected of [{ exists: true }, { version: 3 }]) {
      expect(errorOf(expected)).toBeInstanceOf(ItemNotFoundError);
    }
    expect(errorOf({ if: (c) => c('total', '>', 5) })).toBeInstanceOf(ConditionFailedError);
  });

  it('shows no value of the item to a logger, not even through its cause', () => {
    const error = errorOf({ exists: false }, { ...stored }) as ConditionFailedError;
    expect(Object.keys(error)).not.toContain('item');
    expect(JSON.stringify({ ...error, cause: { ...(error.cause as object) } })).not.toContain('s3cret');
    expect(error.message).not.toContain('s3cret');
  });

  it('has no item where the stored one does not fit the model', () => {
    expect((errorOf({ exists: false }, { PK: { S: 'OTHER' } }) as ConditionFailedError).item).toBeUndefined();
  });
});
