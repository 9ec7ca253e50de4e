import assert from 'node:assert/strict';
import middy from '@middy/core';
import { validator } from '@tabletheory/validator';

const body = { type: 'object', properties: { orderId: { type: 'string' } }, required: ['orderId'] } as const;
const handler = middy()
  .use(validator({ body }))
  .handler(async (_event, { input }) => input.orderId.toUpperCase());

const event = { version: '2.0', headers: { 'content-type': 'application/json' }, body: '{"orderId":"o-1"}' };
assert.equal(await handler(event, {} as never), 'O-1');
await assert.rejects(handler({ ...event, body: '{}' }, {} as never), { statusCode: 400 });
