import assert from 'node:assert/strict';
import middy from '@middy/core';
import { deadline } from '@tabletheory/deadline';

const handler = middy()
  .use(deadline({ reserve: 250 }))
  .handler(async (_event, { deadline }) => deadline.signal.aborted);

assert.equal(await handler({}, { getRemainingTimeInMillis: () => 60_000 } as never), false);
