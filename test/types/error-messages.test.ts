import { expect, test } from 'vitest';
import { compile } from './compile.ts';

const TABLES = `
import type { Tables } from '@tabletheory/core';
import type { Customer, Order } from '../../models.ts';

declare const tables: Tables<{ orders: typeof Order; customers: typeof Customer }>;
export const key = { customerId: 'c', orderId: 'o-1' };
`;

/** The commonest mistakes, by what is wrong. */
const MISTAKES = {
  'unknown attribute in a condition': `tables.orders.where('colour', '=', 'red');`,
  'wrong type of operand': `tables.orders.where('total', '>', '5');`,
  'wrong value of an enum': `tables.orders.where('status', '=', 'lost');`,
  'path to nothing': `tables.orders.where('lines[0].colour', '=', 'red');`,
  'selected path to nothing': `tables.orders.where('customerId', '=', 'c').select('lines[0].colour');`,
  'attribute that was not selected': `
    const [order] = await tables.orders.where('customerId', '=', 'c').select('total').all();
    order?.status;`,
  'unknown index': `tables.orders.where('status', '=', 'open').index('byTotal');`,
  'no partition key': `await tables.orders.where('total', '>', 5).all();`,
  'missing part of a key': `await tables.orders.get({ customerId: 'c' });`,
  'missing attribute of a new item': `await tables.customers.create({ customerId: 'c' });`,
  'change of a key': `await tables.orders.update(key, { orderId: 'o-2' });`,
  'change of a key by the builder': `await tables.orders.update(key, (u) => u.set('orderId', 'o-2'));`,
};

const WITHOUT_MIDDLEWARE = `
import middy from '@middy/core';
export const handler = middy().handler(async (_event, context) => context.tables);
`;

const fileOf = (mistake: string): string => mistake.replaceAll(' ', '-');

// The snapshot shows in a review what a change of the types does to the messages that users read.
test('the commonest mistakes have messages that say what is wrong', { timeout: 120_000 }, async () => {
  const programs = {
    ...Object.fromEntries(Object.entries(MISTAKES).map(([mistake, code]) => [fileOf(mistake), TABLES + code])),
    'tables-without-the-middleware': WITHOUT_MIDDLEWARE,
  };
  const { output } = await compile(programs);
  // A message begins with its file and place, and goes on in lines that are indented.
  const messages = output.split(/\n(?! )/);
  const sections = Object.keys(programs).map((file) => {
    const own = messages.filter((message) => message.startsWith(`${file}.ts(`));
    expect(own, file).toHaveLength(1);
    return `${file}\n  ${own[0]?.replace(/^.*?: error TS\d+: /, '')}\n`;
  });
  await expect(sections.join('\n')).toMatchFileSnapshot('error-messages.txt');
});
