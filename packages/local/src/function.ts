import { randomUUID } from 'node:crypto';
import { basename, dirname, extname, resolve } from 'node:path';
import { PAYLOAD_LIMIT } from './body.ts';
import { type EnvironmentOptions, ExecutionEnvironment, type FunctionInvocation } from './execution-environment.ts';
import { FunctionStoppedError, PayloadTooLargeError } from './function-error.ts';
import { traceHeader } from './trace-header.ts';

const MAX_LINES = 10_000;

interface CommonFunctionOptions {
  /** Default `local-function`. */
  readonly name?: string | undefined;
  /** The function's own environment variables. Nothing but PATH is passed on from this process. */
  readonly environment?: Readonly<Record<string, string>> | undefined;
  /** MB; the old generation of V8's heap may take nine tenths of it. Default 512. */
  readonly memorySize?: number | undefined;
  /** Seconds an invocation may take before its process is killed. Default 3. */
  readonly timeout?: number | undefined;
  /** Seconds loading the handler may take. Default 10, as on Lambda. */
  readonly initTimeout?: number | undefined;
  /** How many processes may run at once; more invocations wait. Default 1. */
  readonly concurrency?: number | undefined;
  /**
   * How many invocations one process takes at once, as on Lambda Managed Instances; set even to 1, the function runs
   * as on a managed instance. Without it each process takes one after the other.
   */
  readonly concurrencyPerProcess?: number | undefined;
  /** The Node program; default the one that runs this process. */
  readonly nodePath?: string | undefined;
  /** A runtime client to use instead of the one in this package: a file, or a package's folder like `aws-lambda-ric`'s. */
  readonly runtimeClient?: string | undefined;
  /** Called with each line the function writes. */
  readonly onLog?: ((line: string) => void) | undefined;
}

/** Options of `startFunction`. */
export type FunctionOptions = CommonFunctionOptions &
  (
    | {
        /** The folder with the built code. */
        readonly taskRoot: string;
        /** The handler as Lambda names it: file, dot, export, for example `dist/orders.handler`. */
        readonly handler: string;
        readonly file?: never;
      }
    | {
        /** The built file. */
        readonly file: string;
        /** The name of the export. Default `handler`. */
        readonly handler?: string | undefined;
        readonly taskRoot?: never;
      }
  );

/** Options of one invocation. */
export interface InvokeOptions {
  /** A trace id, or a whole X-Ray trace header. Without it, a new one. */
  readonly traceId?: string | undefined;
  /** Whether the invocation is recorded by X-Ray; without it the trace header decides, and else it is. */
  readonly sampled?: boolean | undefined;
}

/** What an invocation gave. */
export interface InvokeResult {
  /** What the handler returned, through JSON. */
  readonly payload: unknown;
  readonly requestId: string;
  /** The X-Ray trace id, for example `1-5759e988-bd862e3fe1be46a994272793`. */
  readonly traceId: string;
  readonly durationMs: number;
  /** Milliseconds it took to load the handler, where this invocation started the process. */
  readonly initDurationMs?: number;
  /** What the function wrote since its last invocation; where several run at once, also what belongs to others. */
  readonly logs: readonly string[];
}

/** A Lambda function that runs on this machine. */
export interface LocalFunction extends AsyncDisposable {
  readonly arn: string;
  /** Milliseconds the latest load of the handler took; `undefined` before the first. */
  readonly initDurationMs: number | undefined;
  /**
   * Invokes the function and waits for its answer.
   *
   * @throws FunctionError when the handler throws, cannot be loaded, or its process ends.
   * @throws FunctionTimeoutError when it takes longer than `timeout`. The next invocation starts a new process; with
   *   `concurrencyPerProcess` the process runs on.
   * @throws PayloadTooLargeError when the event has more than 6 MB.
   * @throws FunctionStoppedError when the function is stopped.
   */
  readonly invoke: (event: unknown, options?: InvokeOptions) => Promise<InvokeResult>;
  /** The latest lines the function wrote to standard output and standard error; at most 10,000. */
  logs(): readonly string[];
  /** Kills the processes and waits until they are gone. */
  stop(): Promise<void>;
}

interface Pending {
  readonly invocation: FunctionInvocation;
  readonly traceId: string;
  readonly resolve: (result: InvokeResult) => void;
  readonly reject: (error: unknown) => void;
}

/**
 * Makes a Lambda function of a built handler. Each process runs one invocation at a time, or as many as
 * `concurrencyPerProcess` says, behind the same Runtime API as on Lambda, with Lambda's environment variables and
 * timeout. The first invocation starts the first process.
 *
 * @throws TypeError when an option is wrong.
 * @example
 * const orders = await startFunction({ file: 'dist/orders.mjs', environment: { TABLE: 'orders' } });
 * const { payload } = await orders.invoke({ orderId: 'o-1' });
 * await orders.stop();
 */
export async function startFunction(options: FunctionOptions): Promise<LocalFunction> {
  return new FunctionPool(options);
}

class FunctionPool implements LocalFunction {
  readonly arn: string;
  readonly #options: EnvironmentOptions;
  readonly #concurrency: number;
  readonly #queue: Pending[] = [];
  readonly #environments = new Set<ExecutionEnvironment>();
  /** Each environment once for every invocation more it can take. */
  readonly #idle: ExecutionEnvironment[] = [];
  readonly #lines: string[] = [];
  /** Environments that have answered and not yet asked for the next invocation. */
  #settling = 0;
  #initDurationMs: number | undefined;
  #stopped: Promise<void> | undefined;

  constructor(options: FunctionOptions) {
    const { onLog } = options;
    const name = options.name ?? 'local-function';
    this.arn = `arn:aws:lambda:us-east-1:123456789012:function:${name}`;
    this.#concurrency = positive('concurrency', options.concurrency ?? 1);
    this.#options = {
      name,
      arn: this.arn,
      ...handlerOf(options),
      environment: options.environment ?? {},
      memorySize: positive('memorySize', options.memorySize ?? 512),
      timeout: positive('timeout', options.timeout ?? 3),
      initTimeout: positive('initTimeout', options.initTimeout ?? 10),
      nodePath: options.nodePath ?? process.execPath,
      runtimeClient: options.runtimeClient,
      concurrencyPerProcess:
        options.concurrencyPerProcess === undefined
          ? undefined
          : positive('concurrencyPerProcess', options.concurrencyPerProcess),
      onLine: (line) => {
        this.#lines.push(line);
        if (this.#lines.length > MAX_LINES) this.#lines.splice(0, MAX_LINES / 10);
        onLog?.(line);
      },
    };
  }

  get initDurationMs(): number | undefined {
    return this.#initDurationMs;
  }

  // A property, so that it can be handed to a gateway as it is.
  readonly invoke = async (event: unknown, options: InvokeOptions = {}): Promise<InvokeResult> => {
    if (this.#stopped !== undefined) throw new FunctionStoppedError();
    const json = JSON.stringify(event) ?? 'null';
    const size = Buffer.byteLength(json);
    if (size > PAYLOAD_LIMIT) throw new PayloadTooLargeError(size, PAYLOAD_LIMIT);
    const header = traceHeader(options.traceId, options.sampled);
    const invocation = { requestId: randomUUID(), traceHeader: header, event: json };
    const traceId = header.slice('Root='.length, header.indexOf(';'));
    return new Promise((resolve, reject) => {
      this.#queue.push({ invocation, traceId, resolve, reject });
      this.#dispatch();
    });
  };

  logs(): readonly string[] {
    return [...this.#lines];
  }

  stop(): Promise<void> {
    this.#stopped ??= this.#end();
    return this.#stopped;
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.stop();
  }

  async #end(): Promise<void> {
    for (const { reject } of this.#queue.splice(0)) reject(new FunctionStoppedError());
    await Promise.all([...this.#environments].map((environment) => environment.stop()));
  }

  #dispatch(): void {
    while (this.#queue.length > 0) {
      const environment = this.#free();
      if (environment === undefined) return;
      void this.#run(environment, this.#queue.shift()!);
    }
  }

  /** A warm environment, or a new one where there may be one more. */
  #free(): ExecutionEnvironment | undefined {
    for (let idle = this.#idle.pop(); idle !== undefined; idle = this.#idle.pop()) {
      if (idle.alive) return idle;
      this.#environments.delete(idle);
    }
    // One that has just answered is free in a moment: starting another for it would make a cold start of every
    // request that follows the one before at once.
    if (this.#queue.length <= this.#settling) return undefined;
    if (this.#environments.size >= this.#concurrency) return undefined;
    const environment = new ExecutionEnvironment(this.#options);
    this.#environments.add(environment);
    for (let more = 1; more < (this.#options.concurrencyPerProcess ?? 1); more++) this.#idle.push(environment);
    return environment;
  }

  async #run(environment: ExecutionEnvironment, { invocation, traceId, resolve, reject }: Pending): Promise<void> {
    try {
      const outcome = await environment.invoke(invocation);
      this.#initDurationMs = environment.initDurationMs;
      resolve({ requestId: invocation.requestId, traceId, ...outcome });
    } catch (error) {
      reject(error);
    }
    this.#settling++;
    await environment.settled();
    this.#settling--;
    if (environment.alive) this.#idle.push(environment);
    else this.#environments.delete(environment);
    this.#dispatch();
  }
}

function positive(name: string, value: number): number {
  if (Number.isFinite(value) && value > 0) return value;
  throw new TypeError(`startFunction: option ${name} must be a number above 0`);
}

function handlerOf(options: FunctionOptions): { taskRoot: string; handler: string } {
  if (options.file === undefined) {
    // Lambda reads everything up to the first dot of the last part as the file.
    if (!/^[^.]+\.[^.]/.test(basename(options.handler))) {
      throw new TypeError(
        `startFunction: option handler must be file.export, for example index.handler, not ${options.handler}`,
      );
    }
    return { taskRoot: resolve(options.taskRoot), handler: options.handler };
  }
  const module = basename(options.file, extname(options.file));
  if (module.includes('.')) {
    throw new TypeError(
      `startFunction: Lambda cannot load a handler from a file with a dot in its name; rename ${module}`,
    );
  }
  return { taskRoot: dirname(resolve(options.file)), handler: `${module}.${options.handler ?? 'handler'}` };
}
