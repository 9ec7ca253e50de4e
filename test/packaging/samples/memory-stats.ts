import assert from 'node:assert/strict';
import middy from '@middy/core';
import { memoryStats } from '@tabletheory/memory-stats';

const handler = middy()
  .use(memoryStats())
  .handler(async (_event, { memory }) => memory.read().heapUsed);

assert.ok((await handler({}, {} as never)) > 0);
