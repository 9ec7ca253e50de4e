import assert from 'node:assert/strict';
import middy from '@middy/core';
import { metrics } from '@tabletheory/metrics';

const lines: string[] = [];
const handler = middy()
  .use(metrics({ namespace: 'Orders', service: 'orders', destination: { write: (line) => lines.push(line) } }))
  .handler(async (_event, { metrics }) => metrics.add('OrderTotal', 'None', 900));

await handler({}, {} as never);
assert.match(lines.join(''), /"OrderTotal":900/);
