import middy from '@middy/core';
import { deadline } from '@tabletheory/deadline';
import { dynamodb } from '@tabletheory/dynamodb';
import { httpErrors } from '@tabletheory/http-errors';
import { logger } from '@tabletheory/logger';
import { memoryStats } from '@tabletheory/memory-stats';
import { validator } from '@tabletheory/validator';
import { xray } from '@tabletheory/xray';
import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import createOrderSchema from './create-order.schema.json' with { type: 'json' };
import { Customer, Order } from './models.ts';

interface CreateOrder {
  customerId: string;
  total: number;
  lines: { sku: string; quantity: number }[];
}

// The whole application: one chain, and a handler that gets everything typed.
export const handler = middy<APIGatewayProxyEventV2>()
  .use(logger({ service: 'orders' }))
  .use(xray())
  .use(deadline({ reserve: 250 }))
  .use(memoryStats())
  .use(httpErrors())
  .use(dynamodb({ models: { orders: Order, customers: Customer } }))
  .use(validator<CreateOrder>({ body: createOrderSchema }))
  .handler(async (event, { tables, input, log, deadline, trace, memory, awsRequestId }) => {
    const customer = await tables.customers.get({ customerId: input.customerId });
    const open = await tables.orders
      .where('status', '=', 'open')
      .where('customerId', '=', input.customerId)
      .index('byStatus')
      .select('orderId', 'total')
      .limit(20)
      .all();
    const [order, counted] = await tables.$transactWrite((tx) => [
      tx.orders.create({ ...input, orderId: awsRequestId, status: 'open', placedAt: new Date() }),
      tx.customers.update({ customerId: input.customerId }, (u) => u.add('orderCount', 1)),
    ]);
    log.info({ orderId: order.orderId }, 'order created');
    trace.annotate('orderId', order.orderId);

    const name: string | undefined = customer?.name;
    const totals: { orderId: string; total: number }[] = open;
    const written: Order = order;
    const nothing: undefined = counted;
    const left: number = deadline.remaining();
    const { rss }: { rss: number } = memory.read();
    const path: string = event.rawPath;
    return { statusCode: 201, body: JSON.stringify({ name, totals, written, nothing, left, rss, path }) };
  });

// Programs that are wrong do not compile. One line each.
middy()
  .use(dynamodb({ models: { orders: Order, customers: Customer } }))
  .use(validator({ body: { type: 'object', properties: { sku: { type: 'string' } }, required: ['sku'] } }))
  .handler(async (_event, context) => {
    const { tables, input } = context;
    const key = { customerId: 'c', orderId: 'o-1' };
    const fresh = { ...key, status: 'open', total: 1, lines: [], placedAt: new Date() } as const;

    await tables.orders.create({ ...fresh, lines: [{ sku: 'x', quantity: 1 }] }); // right, as what follows is wrong
    // @ts-expect-error unknown attribute in a condition
    await tables.orders.where('customerId', '=', 'c').where('colour', '=', 'red').all();
    // @ts-expect-error unknown attribute of a new item
    await tables.orders.create({ ...fresh, lines: [], colour: 'red' });
    // @ts-expect-error unknown attribute of an update
    await tables.orders.update(key, { colour: 'red' });
    // @ts-expect-error unknown table
    await tables.products.get({ productId: 'p' });

    // @ts-expect-error wrong operand type
    await tables.orders.where('customerId', '=', 'c').where('total', '>', '1').all();
    // @ts-expect-error wrong operand type of a filter
    await tables.orders.scan().filter((c) => c('labels', 'contains', 1));
    // @ts-expect-error wrong type of a change
    await tables.orders.update(key, (u) => u.add('total', '1'));
    // @ts-expect-error wrong type of a nested value
    await tables.orders.create({ ...fresh, lines: [{ sku: 'x', quantity: '1' }] });

    // @ts-expect-error unknown index
    await tables.orders.where('status', '=', 'open').index('byTotal').all();

    // @ts-expect-error missing key part
    await tables.orders.get({ customerId: 'c' });
    // @ts-expect-error missing key part of a write
    await tables.orders.delete({ orderId: 'o-1' });
    // @ts-expect-error a partition key is needed, or scan()
    await tables.orders.where('total', '>', 1).all();

    const selected = await tables.orders.getOrThrow(key, { select: ['orderId', 'total'] });
    // @ts-expect-error reading an attribute that was not selected
    selected.status;
    const [first] = await tables.orders.where('status', '=', 'open').index('byStatus').all();
    // @ts-expect-error reading an attribute the index does not hold
    first?.lines;

    // @ts-expect-error wrong enum value
    await tables.orders.update(key, { status: 'lost' });
    // @ts-expect-error wrong enum value in a condition
    await tables.orders.where('status', '=', 'lost').index('byStatus').all();

    // @ts-expect-error the key cannot be changed
    await tables.orders.update(key, { orderId: 'o-2' });
    // @ts-expect-error the version is counted by the table layer
    await tables.orders.update(key, { version: 2 });

    const [created, deleted] = await tables.$transactWrite((tx) => [
      tx.orders.create(fresh as any),
      tx.orders.delete(key),
    ]);
    // @ts-expect-error not an attribute of the written item
    created.colour;
    // @ts-expect-error a delete returns nothing
    deleted.orderId;

    // @ts-expect-error not in the schema of the input
    input.quantity;
  });

// @ts-expect-error tables without the middleware
middy().handler(async (_event, { tables }) => tables);
// @ts-expect-error a logger without the middleware
middy().handler(async (_event, { log }) => log);
// @ts-expect-error input without the middleware
middy().handler(async (_event, { input }) => input);
// @ts-expect-error a deadline without the middleware
middy().handler(async (_event, context) => context.deadline);
// @ts-expect-error a trace without the middleware
middy().handler(async (_event, { trace }) => trace);

middy()
  .use(dynamodb({ models: { orders: Order }, contextKey: 'db' }))
  .use(dynamodb({ models: { customers: Customer }, contextKey: 'people' }))
  .handler(async (_event, context) => {
    await context.db.orders.get({ customerId: 'c', orderId: 'o-1' });
    await context.people.customers.get({ customerId: 'c' });
    // @ts-expect-error the tables have another name
    context.tables;
    // @ts-expect-error of the other tables
    context.db.customers;
  });

// @ts-expect-error models are needed
dynamodb({});
// @ts-expect-error no such option
dynamodb({ models: { orders: Order }, region: 'eu-west-1' });
// @ts-expect-error no model
dynamodb({ models: { orders: { name: 'Order' } } });
// @ts-expect-error no schema and no routes
validator({});
