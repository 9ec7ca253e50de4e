import assert from 'node:assert/strict';
import middy from '@middy/core';
import { enter, type InvocationEnd, invocationPlugin, leave, type MiddyRequest } from '@tabletheory/invocation';

const ends: InvocationEnd[] = [];
const token = {};
const handler = middy(invocationPlugin())
  .use({
    before: (request: MiddyRequest) => enter(request, token).onEnd((end) => void ends.push(end)),
    after: (request: MiddyRequest) => leave(request, token),
  })
  .handler(async () => 'done');

assert.equal(await handler({}, {} as never), 'done');
assert.deepEqual(ends, [{ outcome: 'success', response: 'done' }]);
