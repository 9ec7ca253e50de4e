import assert from 'node:assert/strict';
import middy from '@middy/core';
import { httpErrors } from '@tabletheory/http-errors';

const handler = middy()
  .use(httpErrors())
  .handler(async () => {
    throw Object.assign(new Error('There is no such order.'), { statusCode: 404, expose: true });
  });

const response: any = await handler({}, {} as never);
assert.equal(response.statusCode, 404);
assert.equal(JSON.parse(response.body).detail, 'There is no such order.');
