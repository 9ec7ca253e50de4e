import type { LoggerOptions } from './logger.ts';

export const context = {
  awsRequestId: 'request-1',
  functionName: 'orders',
  memoryLimitInMB: '512',
  invokedFunctionArn: 'arn:aws:lambda:eu-west-1:123456789012:function:orders',
};

export interface Capture {
  readonly options: LoggerOptions;
  /** Everything written. */
  text(): string;
  /** Every line. */
  records(): any[];
  /** The last line. */
  last(): any;
}

/** A destination that keeps what is written to it, and options that write there. */
export function capture(options: LoggerOptions = {}): Capture {
  const lines: string[] = [];
  return {
    options: { service: 'orders', ...options, destination: { write: (line: string) => void lines.push(line) } },
    text: () => lines.join(''),
    records: () => lines.map((line) => JSON.parse(line)),
    last: () => JSON.parse(lines.at(-1) as string),
  };
}

export function run(
  handler: (event: any, context: any) => Promise<any>,
  event: unknown = {},
  lambdaContext: object = context,
) {
  return handler(event, { ...lambdaContext });
}
