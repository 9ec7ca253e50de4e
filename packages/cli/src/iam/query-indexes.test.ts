import { createdAt, defineModel, integer, string } from '@tabletheory/core';
import { expect, it } from 'vitest';
import type { QueryShape } from '../source/value.ts';
import { queryReads } from './query-indexes.ts';

const partition = { attribute: 'PK', template: 'A#{accountId}' } as const;
const Payment = defineModel({
  name: 'Payment',
  table: 'bank',
  key: { partition, sort: { attribute: 'SK', template: 'P#{paymentId}' } },
  attributes: {
    accountId: string(),
    paymentId: string(),
    payee: string(),
    amount: integer(),
    secret: string({ optional: true }),
    createdAt: createdAt(),
  },
  indexes: {
    byPayee: { partition: { attribute: 'G1', template: 'PAYEE#{payee}' }, sort: 'createdAt' },
    byAmount: { partition: 'payee', sort: 'amount', projection: ['paymentId'] },
  },
});

function reads(shape: Partial<QueryShape>, model = Payment): string[] {
  const whole = { comparisons: [], scan: false, consistent: false, filtered: false, unclear: false, ...shape };
  return queryReads(model, whole).map(({ action, index = 'table' }) => `${action} ${index}`);
}

it('takes the index the planner takes', () => {
  expect(reads({ comparisons: [['accountId', '=']] })).toEqual(['Query table']);
  expect(reads({ comparisons: [['payee', '=']] })).toEqual(['Query byPayee']);
  expect(
    reads({
      comparisons: [
        ['payee', '='],
        ['createdAt', 'between'],
      ],
    }),
  ).toEqual(['Query byPayee']);
  expect(
    reads({
      comparisons: [
        ['payee', '='],
        ['amount', '>'],
      ],
      select: ['amount'],
    }),
  ).toEqual(['Query byAmount']);
  expect(reads({ comparisons: [['payee', '=']], index: 'byAmount' })).toEqual(['Query byAmount']);
});

it('takes all that are possible where the source leaves it open', () => {
  expect(reads({ comparisons: [['payee', '=']], filtered: true })).toEqual(['Query byPayee', 'Query byAmount']);
  expect(reads({ comparisons: [], unclear: true })).toEqual(['Query table', 'Query byPayee', 'Query byAmount']);
  expect(reads({ scan: true })).toEqual(['Scan table']);
  expect(reads({ scan: true, unclear: true })).toHaveLength(6);
  // One that core would refuse is still a read of something.
  expect(reads({ comparisons: [['amount', '=']] })).toHaveLength(3);
});

it('plans queries of models with encrypted attributes', () => {
  const Card = defineModel({
    name: 'Card',
    table: 'cards',
    key: { partition: 'id' },
    attributes: { id: string(), number: string({ encrypted: true }), owner: string() },
    indexes: { byOwner: { partition: 'owner' } },
  });
  expect(reads({ comparisons: [['owner', '=']] }, Card as never)).toEqual(['Query byOwner']);
});
