import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { extname } from 'node:path';
import { setImmediate as turn } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { PAYLOAD_LIMIT, readBody } from './body.ts';
import { type Child, endChild, spawnChild } from './child.ts';
import {
  type ErrorReport,
  FunctionError,
  type FunctionErrorContext,
  FunctionStoppedError,
  FunctionTimeoutError,
} from './function-error.ts';
import { functionVariables } from './function-variables.ts';
import { LineSplitter } from './line-splitter.ts';
import { listen } from './port.ts';

const RUNTIME = '/2018-06-01/runtime';
const ANSWER = /^\/2018-06-01\/runtime\/invocation\/([^/]+)\/(response|error)$/;

/** How an execution environment is set up. */
export interface EnvironmentOptions {
  readonly name: string;
  readonly arn: string;
  readonly taskRoot: string;
  readonly handler: string;
  readonly environment: Readonly<Record<string, string>>;
  /** MB. */
  readonly memorySize: number;
  /** Seconds. */
  readonly timeout: number;
  /** Seconds. */
  readonly initTimeout: number;
  readonly nodePath: string;
  readonly runtimeClient: string | undefined;
  /** How many invocations the process takes at once as a managed instance; without it, one, as a Lambda function. */
  readonly concurrencyPerProcess: number | undefined;
  readonly onLine: (line: string) => void;
}

/** One request to the function. */
export interface FunctionInvocation {
  readonly requestId: string;
  readonly traceHeader: string;
  /** The event as JSON. */
  readonly event: string;
}

/** What came of an invocation. */
export interface InvocationOutcome {
  readonly payload: unknown;
  readonly durationMs: number;
  readonly initDurationMs?: number;
  readonly logs: readonly string[];
}

type Init = { readonly durationMs: number } | { readonly failure: ErrorReport } | { readonly timedOut: true };
type Answer = { readonly payload: unknown } | { readonly failure: ErrorReport } | { readonly timedOut: true };

interface Running {
  readonly invocation: FunctionInvocation;
  readonly deadline: number;
  readonly answer: (answer: Answer) => void;
}

/**
 * A process that runs the handler, and the Runtime API it talks to. It takes one invocation at a time, or several where
 * it acts as a managed instance.
 *
 * @see https://docs.aws.amazon.com/lambda/latest/dg/runtimes-api.html
 * @see https://docs.aws.amazon.com/lambda/latest/dg/lambda-managed-instances-execution-environment.html
 */
export class ExecutionEnvironment {
  readonly #options: EnvironmentOptions;
  readonly #server: Server;
  readonly #init = Promise.withResolvers<Init>();
  #initDurationMs: number | undefined;
  #used = false;
  #child: Child | undefined;
  #stopped = false;
  #alive = true;
  /** By request id. */
  readonly #running = new Map<string, Running>();
  /** Those of them the process has not asked for yet. */
  readonly #undelivered: Running[] = [];
  /** What the process has asked for and not got yet. */
  #waiting: ServerResponse[] = [];
  #lines: string[] = [];
  #onReady: () => void = ignore;
  #onSettled: () => void = ignore;

  constructor(options: EnvironmentOptions) {
    this.#options = options;
    this.#server = createServer((request, response) => void this.#serve(request, response));
    this.#server.keepAliveTimeout = 0; // A handler may take longer than Node's default before it is heard of again.
    this.#start().catch((error: Error) => {
      this.#end({ errorType: 'Runtime.InvalidEntrypoint', errorMessage: error.message, trace: [] });
    });
  }

  /** Whether it can take another invocation. */
  get alive(): boolean {
    return this.#alive;
  }

  /** Milliseconds loading the handler took; `undefined` until it is loaded. */
  get initDurationMs(): number | undefined {
    return this.#initDurationMs;
  }

  /** Runs one invocation; the first one waits until the handler is loaded. */
  async invoke(invocation: FunctionInvocation): Promise<InvocationOutcome> {
    const init = await this.#init.promise;
    if (!('durationMs' in init)) throw await this.#failed(init, invocation, 'init');
    const cold = this.#used ? {} : { initDurationMs: init.durationMs };
    this.#used = true;
    const startedAt = performance.now();
    const answer = await this.#answerTo(invocation);
    const durationMs = performance.now() - startedAt;
    if (!('payload' in answer)) throw await this.#failed(answer, invocation, 'invoke');
    return { payload: answer.payload, durationMs, ...cold, logs: await this.#takeLines() };
  }

  /**
   * Waits until the process has asked for the next invocation, or is gone. One that does neither within the timeout
   * is killed: an answer does not end an invocation as long as the process goes on with it. On a managed instance it
   * does.
   */
  async settled(): Promise<void> {
    if (!this.#alive || this.#isManaged || this.#waiting.length > 0) return;
    const timer = setTimeout(() => void this.#kill(), this.#options.timeout * 1000);
    await new Promise<void>((resolve) => {
      this.#onSettled = resolve;
    });
    clearTimeout(timer);
  }

  /** Kills the process and waits until it is gone. */
  async stop(): Promise<void> {
    this.#stopped = true;
    this.#end({ errorType: 'Runtime.Stopped', errorMessage: 'Stopped', trace: [] });
    if (this.#child !== undefined) await endChild(this.#child, 0);
  }

  get #isManaged(): boolean {
    return this.#options.concurrencyPerProcess !== undefined;
  }

  async #start(): Promise<void> {
    const { taskRoot, handler, nodePath, memorySize, initTimeout } = this.#options;
    const startedAt = performance.now();
    const port = await listen(this.#server, 0);
    if (this.#stopped) {
      this.#server.close();
      return;
    }
    const env = functionVariables({ ...this.#options, runtimeApi: `127.0.0.1:${port}` });
    const client = this.#options.runtimeClient ?? ownRuntimeClient();
    const flags = [`--max-old-space-size=${Math.floor(memorySize * 0.9)}`];
    // Run from source, Node 22 would write its warning about TypeScript into the function's log.
    if (extname(client) === '.ts') flags.push('--disable-warning=ExperimentalWarning');
    const child = spawnChild(nodePath, [...flags, client, handler], { cwd: taskRoot, env });
    this.#child = child;
    this.#read(child);
    const timer = setTimeout(() => {
      this.#init.resolve({ timedOut: true });
      void endChild(child, 0);
    }, initTimeout * 1000);
    child.once('error', (error) => {
      this.#end({ errorType: 'Runtime.InvalidEntrypoint', errorMessage: error.message, trace: [] });
    });
    child.once('exit', (code, signal) => this.#end(exitReport(code, signal)));
    this.#onReady = () => {
      this.#initDurationMs ??= performance.now() - startedAt;
      this.#init.resolve({ durationMs: this.#initDurationMs });
    };
    await this.#init.promise;
    clearTimeout(timer);
  }

  #read(child: Child): void {
    for (const stream of [child.stdout, child.stderr]) {
      const lines = new LineSplitter((line) => this.#addLine(line));
      stream.on('data', (chunk: Buffer) => lines.write(chunk));
      stream.once('end', () => lines.end());
    }
  }

  #addLine(line: string): void {
    this.#lines.push(line);
    this.#options.onLine(line);
  }

  /** The process is gone, or will be: nothing waits for it any longer. */
  #end(report: ErrorReport): void {
    this.#alive = false;
    this.#init.resolve({ failure: report });
    for (const { answer } of this.#running.values()) answer({ failure: report });
    this.#onSettled();
    this.#waiting = [];
    this.#server.closeAllConnections();
    this.#server.close();
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    try {
      await this.#route(request, response);
    } catch {
      response.destroy(); // The process broke off in the middle of a request: its exit tells the rest.
    }
  }

  async #route(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const body = await readBody(request);
    if (request.method === 'GET' && request.url === `${RUNTIME}/invocation/next`) {
      this.#waiting.push(response);
      this.#onReady();
      this.#onSettled();
      this.#deliver();
      return;
    }
    if (request.method === 'POST' && request.url === `${RUNTIME}/init/error`) {
      reply(response, 202, { status: 'OK' });
      this.#init.resolve({ failure: errorReport(body) });
      return;
    }
    const [, requestId, kind] = (request.method === 'POST' && ANSWER.exec(request.url ?? '')) || [];
    if (requestId === undefined) {
      reply(response, 404, { errorType: 'NotFound', errorMessage: 'Not found' });
      return;
    }
    const running = this.#running.get(requestId);
    if (running === undefined) {
      reply(response, 400, { errorType: 'InvalidRequestID', errorMessage: 'Invalid request ID' });
    } else if (body === undefined) {
      reply(response, 413, { errorType: 'RequestEntityTooLarge', errorMessage: 'Exceeded maximum payload size' });
      running.answer({ failure: tooLarge });
    } else {
      reply(response, 202, { status: 'OK' });
      running.answer(kind === 'response' ? { payload: parse(body) } : { failure: errorReport(body) });
    }
  }

  #answerTo(invocation: FunctionInvocation): Promise<Answer> {
    const timeoutMs = this.#options.timeout * 1000;
    return new Promise((resolve) => {
      const timer = setTimeout(() => answer({ timedOut: true }), timeoutMs);
      const answer = (answer: Answer) => {
        clearTimeout(timer);
        this.#running.delete(invocation.requestId);
        resolve(answer);
      };
      const running = { invocation, deadline: Date.now() + timeoutMs, answer };
      this.#running.set(invocation.requestId, running);
      this.#undelivered.push(running);
      // The process may have ended between two invocations.
      if (this.#alive) this.#deliver();
      else answer({ failure: exitReport(null, null) });
    });
  }

  #deliver(): void {
    while (this.#waiting.length > 0 && this.#undelivered.length > 0) {
      const { invocation, deadline } = this.#undelivered.shift()!;
      if (!this.#running.has(invocation.requestId)) continue; // Its time was over before the process asked for it.
      const response = this.#waiting.shift()!;
      response.writeHead(200, {
        'content-type': 'application/json',
        'lambda-runtime-aws-request-id': invocation.requestId,
        'lambda-runtime-deadline-ms': String(deadline),
        'lambda-runtime-invoked-function-arn': this.#options.arn,
        'lambda-runtime-trace-id': invocation.traceHeader,
      });
      response.end(invocation.event);
    }
  }

  async #failed(
    what: { readonly failure: ErrorReport } | { readonly timedOut: true },
    { requestId }: FunctionInvocation,
    phase: FunctionErrorContext['phase'],
  ): Promise<Error> {
    if (this.#stopped) return new FunctionStoppedError();
    if ('timedOut' in what) {
      const seconds = phase === 'init' ? this.#options.initTimeout : this.#options.timeout;
      if (phase === 'invoke') {
        this.#addLine(`${new Date().toISOString()} ${requestId} Task timed out after ${seconds.toFixed(2)} seconds`);
      }
      // A managed instance lets the code run on, for the sake of the invocations beside it.
      if (phase === 'init' || !this.#isManaged) await this.#kill();
      return new FunctionTimeoutError(seconds, { requestId, phase, logs: await this.#takeLines() });
    }
    if (phase === 'init') await this.#kill();
    return new FunctionError(what.failure, { requestId, phase, logs: await this.#takeLines() });
  }

  async #kill(): Promise<void> {
    this.#alive = false;
    if (this.#child !== undefined) await endChild(this.#child, 0);
  }

  /** The lines since the last call. What was written before the answer is in the pipe and read within two turns. */
  async #takeLines(): Promise<readonly string[]> {
    await turn();
    await turn();
    const lines = this.#lines;
    this.#lines = [];
    return lines;
  }
}

function ignore(): void {}

const tooLarge: ErrorReport = {
  errorType: 'Function.ResponseSizeTooLarge',
  errorMessage: `Response payload size exceeded maximum allowed payload size (${PAYLOAD_LIMIT} bytes).`,
  trace: [],
};

/** Built, the client stands beside this file; run from source, it is TypeScript like this file. */
function ownRuntimeClient(): string {
  return fileURLToPath(new URL(`./runtime-client${extname(import.meta.url)}`, import.meta.url));
}

function reply(response: ServerResponse, status: number, body: object): void {
  response.writeHead(status, { 'content-type': 'application/json' });
  response.end(JSON.stringify(body));
}

/** The result of the handler. A streamed response need not be JSON: it is handed over as text. */
function parse(body: Buffer): unknown {
  const text = body.toString('utf8');
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

function errorReport(body: Buffer | undefined): ErrorReport {
  const report = body === undefined ? undefined : (parse(body) as Record<string, unknown> | null);
  const trace = report?.trace ?? report?.stackTrace;
  return {
    errorType: String(report?.errorType ?? 'Runtime.Unknown'),
    errorMessage: String(report?.errorMessage ?? ''),
    trace: Array.isArray(trace) ? trace.map(String) : [],
  };
}

function exitReport(code: number | null, signal: string | null): ErrorReport {
  let how = 'Runtime exited without providing a reason';
  if (signal !== null) how = `Runtime exited with error: signal: ${signal}`;
  else if (code !== null && code !== 0) how = `Runtime exited with error: exit status ${code}`;
  return { errorType: 'Runtime.ExitError', errorMessage: how, trace: [] };
}
