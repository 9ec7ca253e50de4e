// The process of a local function. It loads the handler and runs it for every invocation the Runtime API hands out.
// It imports nothing, so that what the handler's own imports cost stays visible.
import type { AsyncLocalStorage } from 'node:async_hooks';
import type { IncomingHttpHeaders, Agent as KeepAliveAgent } from 'node:http';

interface Reply {
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

interface ErrorBody {
  readonly errorType: string;
  readonly errorMessage: string;
  readonly trace: readonly string[];
}

/** What a managed instance knows of an invocation. */
interface InvokeIds {
  readonly requestId: string;
  readonly traceHeader: string | undefined;
}

type Handler = (event: unknown, context: object) => unknown;

const { env } = process;
const { request, Agent } = process.getBuiltinModule('node:http');
const { existsSync } = process.getBuiltinModule('node:fs');
const { basename, dirname, resolve } = process.getBuiltinModule('node:path');
const { pathToFileURL } = process.getBuiltinModule('node:url');

const origin = `http://${env.AWS_LAMBDA_RUNTIME_API}`;
const agent: KeepAliveAgent = new Agent({ keepAlive: true });

/** The invocation that runs alone; without one, the handler is being loaded, nothing runs, or several do. */
let running: string | undefined;
let loaded = false;

function send(method: 'GET' | 'POST', path: string, body?: string): Promise<Reply> {
  return new Promise((settle, reject) => {
    const headers = { 'content-type': 'application/json' };
    const sent = request(`${origin}/2018-06-01/runtime${path}`, { method, agent, headers }, (response) => {
      let text = '';
      response.setEncoding('utf8');
      response.on('data', (chunk: string) => {
        text += chunk;
      });
      response.once('end', () => settle({ headers: response.headers, body: text }));
      response.once('error', reject);
    });
    sent.once('error', reject);
    sent.end(body);
  });
}

function runtimeError(errorType: string, message: string): Error {
  return Object.assign(new Error(message), { name: errorType });
}

function errorBody(error: unknown): ErrorBody {
  if (!(error instanceof Error)) return { errorType: typeof error, errorMessage: String(error), trace: [] };
  return { errorType: error.name, errorMessage: error.message, trace: (error.stack ?? '').split('\n') };
}

async function loadHandler(): Promise<Handler> {
  const name = env._HANDLER ?? '';
  const [module = '', ...path] = basename(name).split('.');
  const stem = resolve(env.LAMBDA_TASK_ROOT ?? '', dirname(name), module);
  const file = ['.mjs', '.js', '.cjs'].map((extension) => stem + extension).find((file) => existsSync(file));
  if (file === undefined) {
    throw runtimeError('Runtime.ImportModuleError', `Cannot find module '${module}' in ${dirname(stem)}`);
  }
  const exports: Record<string, unknown> = await import(pathToFileURL(file).href);
  const handler = find(exports, path) ?? find(exports.default, path);
  if (typeof handler !== 'function') {
    throw runtimeError('Runtime.HandlerNotFound', `${name} is undefined or not exported`);
  }
  if (handler.length > 2) {
    const message = `${name} takes a callback, which Lambda no longer supports from Node.js 24 on; return a promise instead`;
    throw runtimeError('Runtime.CallbackHandlerDeprecated', message);
  }
  return handler as Handler;
}

function find(exports: unknown, path: readonly string[]): unknown {
  let value = exports;
  for (const name of path) value = (value as Record<string, unknown> | null | undefined)?.[name];
  return value;
}

function contextOf(headers: IncomingHttpHeaders): object {
  const deadline = Number(headers['lambda-runtime-deadline-ms']);
  return {
    awsRequestId: headers['lambda-runtime-aws-request-id'],
    functionName: env.AWS_LAMBDA_FUNCTION_NAME,
    functionVersion: env.AWS_LAMBDA_FUNCTION_VERSION,
    invokedFunctionArn: headers['lambda-runtime-invoked-function-arn'],
    memoryLimitInMB: env.AWS_LAMBDA_FUNCTION_MEMORY_SIZE,
    logGroupName: env.AWS_LAMBDA_LOG_GROUP_NAME,
    logStreamName: env.AWS_LAMBDA_LOG_STREAM_NAME,
    clientContext: undefined,
    identity: undefined,
    getRemainingTimeInMillis: () => deadline - Date.now(),
  };
}

/** Waits until what was written so far has left the process: Node queues what the reader is too slow for. */
async function flush(): Promise<void> {
  for (const stream of [process.stdout, process.stderr]) {
    await new Promise<void>((settle) => {
      stream.write('', () => settle());
    });
  }
}

function toJson(result: unknown): string {
  try {
    return JSON.stringify(result) ?? 'null';
  } catch {
    throw runtimeError('Runtime.UnhandledError', 'Unable to stringify response body');
  }
}

async function report(error: unknown, requestId: string | undefined): Promise<void> {
  const body = JSON.stringify(errorBody(error));
  console.error(`${loaded ? 'Invoke Error' : 'Init Error'}\t${body}`);
  await flush();
  if (requestId !== undefined) await send('POST', `/invocation/${requestId}/error`, body);
  else if (!loaded) await send('POST', '/init/error', body);
}

/** Reports what nobody caught and ends the process: its state cannot be trusted any longer. */
async function reportAndExit(error: unknown, code: number): Promise<void> {
  try {
    await report(error, running);
  } finally {
    process.exit(code);
  }
}

async function runHandler(handler: Handler, { headers, body }: Reply): Promise<void> {
  const requestId = String(headers['lambda-runtime-aws-request-id']);
  try {
    const result = toJson(await handler(JSON.parse(body), contextOf(headers)));
    await flush();
    await send('POST', `/invocation/${requestId}/response`, result);
  } catch (error) {
    await report(error, requestId);
  }
}

async function runAlone(handler: Handler, next: Reply): Promise<void> {
  const { requestId, traceHeader } = idsOf(next);
  if (traceHeader !== undefined) env._X_AMZN_TRACE_ID = traceHeader;
  else delete env._X_AMZN_TRACE_ID;
  running = requestId;
  await runHandler(handler, next);
  running = undefined;
}

function idsOf({ headers }: Reply): InvokeIds {
  const trace = headers['lambda-runtime-trace-id'];
  return {
    requestId: String(headers['lambda-runtime-aws-request-id']),
    traceHeader: typeof trace === 'string' ? trace : undefined,
  };
}

/** On a managed instance no variable can hold the ids: each of the invocations has its own in Lambda's invoke store. */
function openInvokeStore(): AsyncLocalStorage<InvokeIds> {
  const { AsyncLocalStorage } = process.getBuiltinModule('node:async_hooks');
  const storage = new AsyncLocalStorage<InvokeIds>();
  const InvokeStore = {
    getRequestId: () => storage.getStore()?.requestId ?? '-',
    getXRayTraceId: () => storage.getStore()?.traceHeader,
  };
  Object.assign(globalThis, { awslambda: { InvokeStore } });
  return storage;
}

async function main(): Promise<void> {
  const store = env.AWS_LAMBDA_MAX_CONCURRENCY === undefined ? undefined : openInvokeStore();
  let handler: Handler;
  try {
    handler = await loadHandler();
  } catch (error) {
    return reportAndExit(error, 1);
  }
  loaded = true;
  for (;;) {
    let next: Reply;
    try {
      next = await send('GET', '/invocation/next');
    } catch {
      process.exit(0); // The Runtime API is gone, and with it whoever would invoke.
    }
    if (store === undefined) await runAlone(handler, next);
    else void store.run(idsOf(next), () => runHandler(handler, next));
  }
}

process.on('uncaughtException', (error) => void reportAndExit(error, 129));
process.on('unhandledRejection', (reason) => {
  const cause = errorBody(reason);
  const message = `${cause.errorType}: ${cause.errorMessage}`;
  const error = Object.assign(runtimeError('Runtime.UnhandledPromiseRejection', message), {
    stack: cause.trace.join('\n'),
  });
  void reportAndExit(error, 128);
});
process.on('beforeExit', () => {
  const message = 'Nothing is left to wait for, and the promise has not settled';
  void reportAndExit(runtimeError('Runtime.NodeJsExit', message), 1);
});
void main();
