import middy from '@middy/core';
import { type TraceContext, type XrayOptions, xray } from './index.ts';

middy()
  .use(xray({ name: 'orders' }))
  .handler(async (_event, context) => {
    const trace: TraceContext = context.trace;
    trace.annotate('plan', 'gold');
    // @ts-expect-error an annotation is a scalar
    trace.annotate('plan', { name: 'gold' });
    const length: number = await trace.capture('work', async (inner) => inner.id.length);
    // @ts-expect-error `capture` returns what the function returns
    const text: string = trace.capture('work', () => length);
    return text;
  });

middy()
  .use(xray({ contextKey: 'xray' }))
  .handler(async (_event, context) => {
    context.xray.metadata('key', { any: 'value' }, 'namespace');
    // @ts-expect-error the trace is under `xray`
    context.trace.annotate('plan', 'gold');
  });

// @ts-expect-error not an option
export const wrong: XrayOptions = { nmae: 'orders' };
