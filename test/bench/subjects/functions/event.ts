import { order } from '../orders.ts';

/** `POST /orders`, as an HTTP API sends it. */
export const event: Readonly<Record<string, unknown>> = {
  version: '2.0',
  routeKey: 'POST /orders',
  rawPath: '/orders',
  rawQueryString: '',
  headers: {
    accept: '*/*',
    'content-type': 'application/json',
    host: 'abcdefghij.execute-api.us-east-1.amazonaws.com',
    'user-agent': 'curl/8.7.1',
    'x-amzn-trace-id': 'Root=1-5759e988-bd862e3fe1be46a994272793',
    'x-forwarded-for': '192.0.2.1',
  },
  requestContext: {
    accountId: '123456789012',
    apiId: 'abcdefghij',
    domainName: 'abcdefghij.execute-api.us-east-1.amazonaws.com',
    http: { method: 'POST', path: '/orders', protocol: 'HTTP/1.1', sourceIp: '192.0.2.1', userAgent: 'curl/8.7.1' },
    requestId: 'JKJaXmPLvHcESHA=',
    routeKey: 'POST /orders',
    stage: '$default',
    timeEpoch: 1767225600000,
  },
  body: JSON.stringify(order(1)),
  isBase64Encoded: false,
};

export interface LambdaContext {
  awsRequestId: string;
  getRemainingTimeInMillis: () => number;
}

/** A context as Lambda makes it for each invocation. */
export function context(requestId: string): LambdaContext {
  const deadline = Date.now() + 3000;
  return {
    awsRequestId: requestId,
    functionName: 'orders',
    functionVersion: '$LATEST',
    invokedFunctionArn: 'arn:aws:lambda:us-east-1:123456789012:function:orders',
    memoryLimitInMB: '1024',
    logGroupName: '/aws/lambda/orders',
    logStreamName: '2026/01/01/[$LATEST]0123456789abcdef0123456789abcdef',
    callbackWaitsForEmptyEventLoop: true,
    getRemainingTimeInMillis: () => deadline - Date.now(),
  } as LambdaContext;
}
