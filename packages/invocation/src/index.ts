export { initializationType, initPhases, recordInitPhase } from './initialization.ts';
export {
  type DeadlineListener,
  type Disposer,
  enter,
  Invocation,
  type InvocationEnd,
  invocationOf,
  invocationPlugin,
  type LambdaContext,
  leave,
  type MiddyRequest,
} from './invocation.ts';
export type { Log } from './log.ts';
export type { MemoryRecord } from './memory.ts';
export type { MetricSink } from './metric-sink.ts';
export type {
  OperationAttempt,
  OperationFinish,
  OperationObserver,
  OperationOutcome,
  TableOperation,
} from './operation.ts';
export { type OptionSchema, validateOptions } from './options.ts';
export { declareSensitive, sensitiveAttributes } from './sensitive.ts';
export { writeLine } from './standard-output.ts';
export type { TableUsage } from './table-usage.ts';
export { isTimeout } from './timeout.ts';
export type { Trace } from './trace.ts';
export { currentTraceHeader, type TraceHeader } from './trace-header.ts';
