import type { Trace } from '@tabletheory/invocation';

/** What the handler finds under `context.trace`. Every method does nothing when the request is not sampled. */
export interface TraceContext extends Trace {
  /** The X-Ray trace id, for example `1-5759e988-bd862e3fe1be46a994272793`; empty where there is none. */
  readonly id: string;
  /** Whether the request is recorded. */
  readonly sampled: boolean;
  /**
   * Adds an indexed value, by which traces can be searched. Keys consist of letters, digits and `_`, any other character
   * becomes `_`; strings are cut to 1,000 characters; a trace holds 50 annotations
   * (https://docs.aws.amazon.com/xray/latest/devguide/xray-api-segmentdocuments.html#api-segmentdocuments-annotations).
   */
  annotate(key: string, value: string | number | boolean): void;
  /** Adds a value that is shown with the trace but not indexed: a copy of it, as it is now. */
  metadata(key: string, value: unknown, namespace?: string): void;
  /**
   * Runs `fn` in a subsegment of its own, which is marked when `fn` throws or rejects.
   *
   * @param fn receives the trace of that subsegment, for values and subsegments of its own.
   * @returns what `fn` returns.
   */
  capture<Result>(name: string, fn: (trace: TraceContext) => Result): Result;
}

/** The trace of a request that is not recorded. */
export function untraced(id: string): TraceContext {
  const trace: TraceContext = {
    id,
    sampled: false,
    annotate() {},
    metadata() {},
    capture: (_name, fn) => fn(trace),
  };
  return trace;
}
