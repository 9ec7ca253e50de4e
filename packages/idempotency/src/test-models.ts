import { defineModel, integer, type Model, string } from '@tabletheory/core';
import { type IdempotencyModel, idempotencyModel } from './idempotency-model.ts';

const counterAttributes = { counterId: string(), count: integer() };

const Counter: Model<typeof counterAttributes, { readonly partition: 'counterId' }, {}> = defineModel({
  name: 'Counter',
  table: 'counters',
  key: { partition: 'counterId' },
  attributes: counterAttributes,
});

export const models: { readonly counters: typeof Counter; readonly idempotency: IdempotencyModel } = {
  counters: Counter,
  idempotency: idempotencyModel(),
};
