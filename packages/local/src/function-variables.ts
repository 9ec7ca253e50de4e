/** What the environment variables of a function are made of. */
export interface FunctionVariables {
  readonly name: string;
  readonly handler: string;
  readonly taskRoot: string;
  /** MB. */
  readonly memorySize: number;
  /** Host and port of the Runtime API. */
  readonly runtimeApi: string;
  /** How many invocations a process takes at once as a managed instance; without it, it is none. */
  readonly concurrencyPerProcess: number | undefined;
  /** The user's own variables; they win. */
  readonly environment: Readonly<Record<string, string>>;
}

/**
 * The environment variables of a function, as Lambda sets them. Of this process's own only PATH is passed on, so that
 * a function does not come to depend on the developer's machine.
 *
 * @see https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars.html#configuration-envvars-runtime
 */
export function functionVariables(options: FunctionVariables): Record<string, string> {
  return {
    PATH: process.env.PATH ?? '/usr/local/bin:/usr/bin:/bin',
    LANG: 'en_US.UTF-8',
    TZ: ':UTC',
    AWS_REGION: 'us-east-1',
    AWS_DEFAULT_REGION: 'us-east-1',
    AWS_ACCESS_KEY_ID: 'local',
    AWS_SECRET_ACCESS_KEY: 'local',
    AWS_SESSION_TOKEN: 'local',
    AWS_XRAY_CONTEXT_MISSING: 'LOG_ERROR',
    AWS_EXECUTION_ENV: `AWS_Lambda_nodejs${process.versions.node.split('.')[0]}.x`,
    AWS_LAMBDA_FUNCTION_NAME: options.name,
    AWS_LAMBDA_FUNCTION_VERSION: '$LATEST',
    AWS_LAMBDA_FUNCTION_MEMORY_SIZE: String(options.memorySize),
    ...initialization(options.concurrencyPerProcess),
    AWS_LAMBDA_LOG_GROUP_NAME: `/aws/lambda/${options.name}`,
    AWS_LAMBDA_LOG_STREAM_NAME: 'local/[$LATEST]',
    ...options.environment,
    // These say how the function is run; a variable of the user's cannot change them, as on Lambda.
    AWS_LAMBDA_RUNTIME_API: options.runtimeApi,
    LAMBDA_TASK_ROOT: options.taskRoot,
    _HANDLER: options.handler,
  };
}

/** @see https://docs.aws.amazon.com/lambda/latest/dg/lambda-managed-instances-nodejs-runtime.html */
function initialization(concurrencyPerProcess: number | undefined): Record<string, string> {
  if (concurrencyPerProcess === undefined) return { AWS_LAMBDA_INITIALIZATION_TYPE: 'on-demand' };
  return {
    AWS_LAMBDA_INITIALIZATION_TYPE: 'lambda-managed-instances',
    AWS_LAMBDA_MAX_CONCURRENCY: String(concurrencyPerProcess),
    // Threads share nothing: with one, every invocation meets all others.
    AWS_LAMBDA_NODEJS_WORKER_COUNT: '1',
  };
}
