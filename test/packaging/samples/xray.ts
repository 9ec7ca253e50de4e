import assert from 'node:assert/strict';
import middy from '@middy/core';
import { xray } from '@tabletheory/xray';

process.env._X_AMZN_TRACE_ID = 'Root=1-5759e988-bd862e3fe1be46a994272793;Parent=53995c3f42cd8ad8;Sampled=1';
const handler = middy()
  .use(xray())
  .handler(async (_event, { trace }) => trace.capture('price', () => trace.id));

assert.equal(await handler({}, { functionName: 'orders' } as never), '1-5759e988-bd862e3fe1be46a994272793');
