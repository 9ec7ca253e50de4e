import type middy from '@middy/core';
import {
  invocationOf,
  type Log,
  type OperationAttempt,
  type OperationOutcome,
  type TableOperation,
} from '@tabletheory/invocation';

/** What Lambda passes as its context. */
export const lambdaContext = { awsRequestId: 'request-1', functionName: 'orders-api' };

export const call = (handler: unknown, event: unknown = {}, context: object = lambdaContext): Promise<any> =>
  (handler as (event: unknown, context: object) => Promise<unknown>)(event, { ...context });

export const failure: Error = new Error('failed');
export const fail = (): never => {
  throw failure;
};

/** A logging middleware, as small as one can be. */
export const logTo = (lines: unknown[][]): middy.MiddlewareObj => ({
  before: (request) => {
    const write = (level: string) => (record: object, message?: string) => void lines.push([level, record, message]);
    const log: Log = { debug: write('debug'), info: write('info'), warn: write('warn'), error: write('error') };
    invocationOf(request)!.log = log;
  },
});

export const attempt: OperationAttempt = { durationMs: 4, delayMs: 0, status: 200, throttled: false };

/** Runs an operation as the data layer does. */
export function operate(
  request: middy.Request,
  operation: Partial<TableOperation> = {},
  outcome: Partial<OperationOutcome> = {},
): void {
  const finish = invocationOf(request)!.observe?.({
    name: 'GetItem',
    tables: ['orders'],
    models: ['Order'],
    ...operation,
  });
  finish?.({ durationMs: 5, attempts: [attempt], consumed: [], items: 1, ...outcome });
}
