import middy from '@middy/core';
import { metrics } from './metrics.ts';

middy()
  .use(metrics({ namespace: 'Shop' }))
  .handler(async (_event, context) => {
    context.metrics.add('Orders', 'Count', 1);
    context.metrics.add('Latency', 'Milliseconds', 1, { resolution: 1, dimensions: { stage: 'test' } });
    context.metrics.addDimension('tenant', 'a');
    context.metrics.addMetadata('order', 'o-1');
    // @ts-expect-error no such unit
    context.metrics.add('Orders', 'ms', 1);
    // @ts-expect-error a value is a number
    context.metrics.add('Orders', 'Count', '1');
    // @ts-expect-error 1 or 60 seconds
    context.metrics.add('Orders', 'Count', 1, { resolution: 30 });
    // @ts-expect-error dimensions are text
    context.metrics.addDimension('tenant', 1);
    // @ts-expect-error metadata is flat
    context.metrics.addMetadata('order', { id: 'o-1' });
    return context.awsRequestId;
  });

middy()
  .use(metrics({ namespace: 'Shop', contextKey: 'emf' }))
  .handler(async (_event, context) => {
    context.emf.add('Orders', 'Count', 1);
    // @ts-expect-error it has another name
    return context.metrics;
  });

// @ts-expect-error a namespace is a string
metrics({ namespace: 1 });
// @ts-expect-error no such option
metrics({ namespace: 'Shop', captureColdStart: true });
