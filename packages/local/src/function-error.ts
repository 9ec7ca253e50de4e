/** What a runtime reports of an error. */
export interface ErrorReport {
  readonly errorType: string;
  readonly errorMessage: string;
  readonly trace: readonly string[];
}

/** Where an invocation failed. */
export interface FunctionErrorContext {
  readonly requestId: string;
  /** `init` when the handler's module could not be loaded. */
  readonly phase: 'init' | 'invoke';
  /** What the function wrote meanwhile. */
  readonly logs: readonly string[];
}

/** The function threw, could not be loaded, or ended without an answer. */
export class FunctionError extends Error implements ErrorReport, FunctionErrorContext {
  override readonly name: string = 'FunctionError';
  readonly code: string = 'FUNCTION_ERROR';
  /** The name of the error, for example `TypeError` or `Runtime.ExitError`. */
  readonly errorType: string;
  readonly errorMessage: string;
  /** The error's stack inside the function, line by line. */
  readonly trace: readonly string[];
  readonly requestId: string;
  readonly phase: 'init' | 'invoke';
  readonly logs: readonly string[];

  constructor(report: ErrorReport, context: FunctionErrorContext) {
    super(`${report.errorType}: ${report.errorMessage}`);
    this.errorType = report.errorType;
    this.errorMessage = report.errorMessage;
    this.trace = report.trace;
    this.requestId = context.requestId;
    this.phase = context.phase;
    this.logs = context.logs;
  }
}

/** The function did not answer in time; its process was killed. */
export class FunctionTimeoutError extends FunctionError {
  override readonly name: string = 'FunctionTimeoutError';
  override readonly code: string = 'FUNCTION_TIMEOUT';
  /** The time it had, in seconds. */
  readonly seconds: number;

  constructor(seconds: number, context: FunctionErrorContext) {
    const what = context.phase === 'init' ? 'Initialization' : 'Task';
    const errorMessage = `RequestId: ${context.requestId} Error: ${what} timed out after ${seconds.toFixed(2)} seconds`;
    super({ errorType: 'Sandbox.Timedout', errorMessage, trace: [] }, context);
    this.seconds = seconds;
  }
}

/** The event is larger than Lambda takes. */
export class PayloadTooLargeError extends Error {
  override readonly name = 'PayloadTooLargeError';
  readonly code = 'PAYLOAD_TOO_LARGE';
  /** The size of the event as JSON, in bytes. */
  readonly size: number;

  constructor(size: number, limit: number) {
    super(`The event has ${size} bytes as JSON; Lambda takes at most ${limit}. Send less.`);
    this.size = size;
  }
}

/** The function was stopped before it answered. */
export class FunctionStoppedError extends Error {
  override readonly name = 'FunctionStoppedError';
  readonly code = 'FUNCTION_STOPPED';

  constructor() {
    super('The local function was stopped; start it again to invoke it.');
  }
}
