import assert from 'node:assert/strict';
import { captureLines, invokeHandler, matchers } from '@tabletheory/testkit';

const lines = captureLines();
const handler = async (event: { orderId: string }, context: { functionName: string }) => {
  lines.write(JSON.stringify({ level: 'INFO', message: 'order created', orderId: event.orderId }));
  return context.functionName;
};

assert.equal(await invokeHandler(handler, { orderId: 'o-1' }, { functionName: 'orders' }), 'orders');
assert.equal(lines.logs()[0]?.orderId, 'o-1');
assert.equal(typeof matchers.toHaveLogged, 'function');
