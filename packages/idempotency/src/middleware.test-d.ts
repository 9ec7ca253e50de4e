import middy from '@middy/core';
import { dynamodb } from '@tabletheory/dynamodb';
import type { APIGatewayProxyEvent, APIGatewayProxyEventV2 } from 'aws-lambda';
import { idempotencyModel } from './idempotency-model.ts';
import { keyFromHeader } from './key-from-header.ts';
import { idempotency } from './middleware.ts';
import { models } from './test-models.ts';

middy<APIGatewayProxyEventV2>()
  .use(dynamodb({ models }))
  .use(idempotency({ key: keyFromHeader(), payload: ({ body }: APIGatewayProxyEventV2) => body }))
  .handler(async (event, { tables, idempotency }) => {
    const token: string = idempotency.token('order');
    await tables.$transactWrite(
      (tx) => [
        tx.counters.update({ counterId: event.rawPath }, (u) => u.add('count', 1)),
        idempotency.complete(tx.idempotency, { statusCode: 200 }),
      ],
      { token },
    );
    // @ts-expect-error not a table of the records
    await tables.$transactWrite((tx) => [idempotency.complete(tx.counters, 'done')]);
    // @ts-expect-error for the middleware alone
    await idempotency.keep('done');
  });

middy<APIGatewayProxyEvent>()
  .use(dynamodb({ models: { idempotency: idempotencyModel() }, contextKey: 'db' }))
  .use(idempotency({ key: keyFromHeader(), tables: ({ db }) => db, contextKey: 'once' }))
  .handler(async (_event, context) => {
    context.once.token();
    // @ts-expect-error it has another name
    return context.idempotency;
  });

// @ts-expect-error a key is needed
idempotency({ scope: 'orders' });
// @ts-expect-error no such option
idempotency({ key: keyFromHeader(), ttl: 5 });
// @ts-expect-error these are no tables
idempotency({ key: keyFromHeader(), tables: { orders: 1 } });
