import { leanRecorder } from './lean-recorder.ts';
import { type XrayMiddleware, type XrayOptions, xrayMiddleware } from './xray-middleware.ts';

/**
 * Records each sampled request in AWS X-Ray, as `xray` of `@tabletheory/xray` does, and sends the same documents, but
 * writes to the daemon's socket by itself: `aws-xray-sdk-core` is not needed.
 *
 * @throws TypeError when an option is wrong. Tracing itself never fails a request.
 *
 * @example
 * import middy from '@middy/core';
 * import { xray } from '@tabletheory/xray/lean';
 *
 * export const handler = middy<{ orderId: string }>()
 *   .use(xray())
 *   .handler(async (event, { trace }) => {
 *     trace.annotate('orderId', event.orderId);
 *     return { statusCode: 200 };
 *   });
 */
export function xray<Key extends string = 'trace'>(options: XrayOptions<Key> = {}): XrayMiddleware<Key> {
  return xrayMiddleware(options, leanRecorder);
}
