import { AsyncLocalStorage } from 'node:async_hooks';

/** What Lambda knows of one request. */
export interface LambdaRequest {
  readonly requestId: string;
  /** The root of its trace; without one it is not sampled. */
  readonly traceId?: string;
  /** Milliseconds until the timeout. */
  readonly timeout?: number;
}

/** The id of Lambda's own segment, the parent of what a function records. */
export const LAMBDA_SEGMENT = '53995c3f42cd8ad8';

const traces = new AsyncLocalStorage<string>();

/** Keeps trace headers as an environment does that runs several requests at once; returns how to stop. */
export function installInvokeStore(): () => void {
  Object.assign(globalThis, { awslambda: { InvokeStore: { getXRayTraceId: () => traces.getStore() } } });
  return () => Reflect.deleteProperty(globalThis, 'awslambda');
}

/** Calls a handler as Lambda does. */
export function invoke(
  handler: (event: any, context: any) => Promise<any>,
  event: unknown,
  { requestId, traceId, timeout = 30_000 }: LambdaRequest,
): Promise<any> {
  const end = Date.now() + timeout;
  const context = {
    awsRequestId: requestId,
    functionName: 'orders',
    memoryLimitInMB: '512',
    invokedFunctionArn: 'arn:aws:lambda:eu-west-1:123456789012:function:orders',
    getRemainingTimeInMillis: () => end - Date.now(),
  };
  const header = `Root=${traceId};Parent=${LAMBDA_SEGMENT};Sampled=1`;
  return traceId === undefined ? handler(event, context) : traces.run(header, () => handler(event, context));
}
