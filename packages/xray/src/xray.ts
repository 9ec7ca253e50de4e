import { sdkRecorder } from './sdk-recorder.ts';
import { type XrayMiddleware, type XrayOptions, xrayMiddleware } from './xray-middleware.ts';

/**
 * Records each sampled request in AWS X-Ray: a subsegment for the request, one inside it for every table operation,
 * and those the handler captures with `context.trace`. `aws-xray-sdk-core` is loaded by the first sampled request
 * and never before; a request that is not sampled costs reading the trace header.
 *
 * @throws TypeError when an option is wrong. Tracing itself never fails a request.
 *
 * @example
 * import middy from '@middy/core';
 * import { xray } from '@tabletheory/xray';
 *
 * export const handler = middy<{ orderId: string }>()
 *   .use(xray())
 *   .handler(async (event, { trace }) => {
 *     trace.annotate('orderId', event.orderId);
 *     const price = await trace.capture('price', async () => 42);
 *     return { statusCode: 200, body: String(price) };
 *   });
 */
export function xray<Key extends string = 'trace'>(options: XrayOptions<Key> = {}): XrayMiddleware<Key> {
  return xrayMiddleware(options, sdkRecorder);
}
