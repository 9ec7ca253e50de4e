/** What a tracing middleware offers its siblings. */
export interface Trace {
  /** The X-Ray trace id, for example `1-5759e988-bd862e3fe1be46a994272793`. */
  readonly id: string;
  /** Whether the invocation is recorded. */
  readonly sampled: boolean;
  /** Adds an indexed value to the handler's subsegment. */
  annotate(key: string, value: string | number | boolean): void;
}
