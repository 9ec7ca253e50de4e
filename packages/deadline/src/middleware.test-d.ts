import middy from '@middy/core';
import type { Budget } from './budget.ts';
import type { Deadline } from './deadline.ts';
import { deadline } from './middleware.ts';
import { deadlinePlugin } from './plugin.ts';

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

deadline({ reserve: '10%' });
deadline({ reserve: 'auto', earlyResponse: true });
deadline({ earlyResponse: ({ context }) => ({ statusCode: 504, body: context.awsRequestId }) });
// @ts-expect-error no percentage
deadline({ reserve: 'ten' });
// @ts-expect-error a response is made by a function
deadline({ earlyResponse: { statusCode: 504 } });

middy(deadlinePlugin({ reserve: 100 }))
  .use(deadline())
  .handler(async (_event, { deadline: { budget } }, { signal }) => {
    const { signal: own, at, budget: inner }: Budget = budget(500);
    // @ts-expect-error a budget is in milliseconds
    inner('500');
    return [AbortSignal.any([signal, own]), at];
  });
// @ts-expect-error Middy takes milliseconds
deadlinePlugin({ reserve: '10%' });
