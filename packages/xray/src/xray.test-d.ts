import middy from '@middy/core';
import { type TraceContext, type XrayOptions, xray } from './index.ts';
import { type TraceContext as LeanTraceContext, xray as leanXray } from './lean.ts';

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

middy()
  .use(leanXray({ contextKey: 'xray' }))
  .handler(async (_event, context) => {
    const trace: LeanTraceContext & TraceContext = context.xray;
    // @ts-expect-error the trace is under `xray`
    context.trace.annotate('plan', 'gold');
    return trace.capture('work', () => 1);
  });
