/** Settings of a Lambda function in the generated infrastructure. */
export interface FunctionSettings {
  /** MB, 128 to 10,240. Default 512. */
  readonly memorySize?: number;
  /** Seconds, 1 to 900. Default 10. */
  readonly timeout?: number;
  /** X-Ray traces. Default `true`. */
  readonly tracing?: boolean;
  /** The format of the lines Lambda writes itself. Default `JSON`. */
  readonly logFormat?: 'JSON' | 'Text';
  /** Days until log lines are deleted. Default 30. */
  readonly logRetention?: number;
  /** Default `arm64`. */
  readonly architecture?: 'arm64' | 'x86_64';
  /** Default `nodejs24.x`. */
  readonly runtime?: 'nodejs22.x' | 'nodejs24.x';
  /** Environment variables. `{ parameter }` is given when the stack is deployed, and not shown: for secrets. */
  readonly environment?: Readonly<Record<string, string | { readonly parameter: string }>>;
  /** Lambda's name of the handler in the package. Default: the file's name and the export, `create-order.handler`. */
  readonly entry?: string;
  /** The dimension `service` of the function's metrics. Default: the function's name in the configuration. */
  readonly service?: string;
}
