import middy from '@middy/core';
import type { Deadline } from './deadline.ts';
import { deadline } from './middleware.ts';

middy()
  .use(deadline())
  .handler(async (_event, context) => {
    const { signal, at, remaining }: Deadline = context.deadline;
    const time: number = remaining() + (at ?? 0);
    // @ts-expect-error there is no timeout to wait for outside Lambda
    const always: number = at;
    return [signal.aborted, time, always, context.awsRequestId];
  });

middy()
  .use(deadline({ reserve: 500, contextKey: 'stop' }))
  .handler(async (_event, context) => {
    const { signal } = context.stop;
    // @ts-expect-error it has another name
    return [signal, context.deadline];
  });

middy().handler(async (_event, context) => {
  // @ts-expect-error the middleware is not used
  return context.deadline;
});

// @ts-expect-error milliseconds are a number
deadline({ reserve: '250' });
// @ts-expect-error no such option
deadline({ timeout: 250 });
