import type { FromSchema } from './from-schema.ts';

type Equal<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false;
function same<A, B>(_equal: Equal<A, B>): void {}

same<FromSchema<{ type: 'string' }>, string>(true);
same<FromSchema<{ type: 'integer' }>, number>(true);
same<FromSchema<{ type: 'null' }>, null>(true);
same<FromSchema<{ type: ['string', 'null'] }>, string | null>(true);
same<FromSchema<{ type: 'boolean'; nullable: true }>, boolean | null>(true);
same<FromSchema<{ const: 'open' }>, 'open'>(true);
same<FromSchema<{ type: 'string'; enum: readonly ['open', 'paid'] }>, 'open' | 'paid'>(true);
same<FromSchema<{ type: 'array'; items: { type: 'string' } }>, string[]>(true);
same<FromSchema<{ type: 'array' }>, unknown[]>(true);
same<FromSchema<{ type: 'array'; items: readonly [{ type: 'string' }] }>, unknown[]>(true);
same<FromSchema<{ type: 'array'; prefixItems: readonly [{ type: 'string' }] }>, unknown[]>(true);
same<FromSchema<{ anyOf: readonly [{ type: 'string' }, { type: 'number' }] }>, string | number>(true);
same<FromSchema<{ oneOf: readonly [{ const: 1 }, { const: 2 }] }>, 1 | 2>(true);
same<FromSchema<{ type: 'object' }>, { [key: string]: unknown }>(true);
same<FromSchema<{ type: 'object'; additionalProperties: { type: 'number' } }>, { [key: string]: number }>(true);
same<FromSchema<{ type: 'object'; additionalProperties: false }>, { [key: string]: unknown }>(true);

same<
  FromSchema<{
    type: 'object';
    properties: {
      id: { type: 'string' };
      note: { type: 'string' };
      quantity: { type: 'integer'; default: 1 };
      tags: { type: 'array'; items: { type: 'object'; properties: { name: { type: 'string' } } } };
    };
    required: readonly ['id', 'tags'];
    additionalProperties: { type: 'number' };
  }>,
  { id: string; quantity: number; tags: { name?: string }[]; note?: string }
>(true);

// A condition beside `type` does not change the type.
same<
  FromSchema<{
    type: 'object';
    properties: { a: { type: 'string' } };
    anyOf: readonly [{ required: readonly ['a'] }, { required: readonly ['b'] }];
  }>,
  { a?: string }
>(true);

// Not understood, so unknown: references, no type, widened literals.
same<FromSchema<{ $ref: '#/definitions/order' }>, unknown>(true);
same<FromSchema<{ properties: { a: { type: 'string' } } }>, unknown>(true);
same<FromSchema<{ type: string; required: string[] }>, unknown>(true);
same<FromSchema<true>, unknown>(true);

// @ts-expect-error the comparison itself can fail
same<FromSchema<{ type: 'string' }>, number>(true);
