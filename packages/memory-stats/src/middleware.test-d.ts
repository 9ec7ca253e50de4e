import middy from '@middy/core';
import type { MemoryRecord } from '@tabletheory/invocation';
import { memoryStats } from './middleware.ts';

middy()
  .use(memoryStats())
  .handler(async (_event, context) => {
    const record: MemoryRecord = context.memory.read();
    // @ts-expect-error absent outside Lambda
    const percent: number = record.percentOfLimit;
    const advice = context.memory.advice();
    // @ts-expect-error absent before there are enough requests
    const size: number = advice.recommended;
    const action: 'keep' | 'lower' | 'raise' | undefined = advice?.action;
    return [percent, size, action, context.awsRequestId];
  });

middy()
  .use(memoryStats({ contextKey: 'usage' }))
  .handler(async (_event, context) => {
    const { rss } = context.usage.read();
    // @ts-expect-error it has another name
    return [rss, context.memory];
  });

// @ts-expect-error a name is a string
memoryStats({ contextKey: 1 });
// @ts-expect-error no such option
memoryStats({ interval: 1 });
