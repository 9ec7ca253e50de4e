import assert from 'node:assert/strict';
import middy from '@middy/core';
import { logger } from '@tabletheory/logger';

const handler = middy()
  .use(logger({ service: 'orders' }))
  .handler(async (_event, { log }) => {
    log.info({ orderId: 'o-1' }, 'order created');
    return log.bindings().service;
  });

assert.equal(await handler({}, { awsRequestId: 'r-1' } as never), 'orders');
