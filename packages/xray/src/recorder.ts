import type { TraceHeader } from '@tabletheory/invocation';

/**
 * A subsegment, in the fields of
 * https://docs.aws.amazon.com/xray/latest/devguide/xray-api-segmentdocuments.html#api-segmentdocuments-subsegments.
 */
export interface RecordedSubsegment {
  readonly id: string;
  readonly name: string;
  /** Seconds since 1970, as all times here. */
  start_time: number;
  end_time?: number;
  /** Until it has ended. */
  in_progress?: boolean;
  namespace?: string;
  annotations?: Record<string, string | number | boolean>;
  metadata?: Record<string, Record<string, unknown>>;
  cause?: object;
  subsegments?: RecordedSubsegment[];
  /** What it hangs on: another subsegment, or Lambda's own segment. Not part of the document. */
  readonly parent: { readonly id: string; subsegments?: RecordedSubsegment[] };
  /** Starts a subsegment inside this one. */
  addNewSubsegment(name: string): RecordedSubsegment;
  /** Its document, with those inside it. */
  format(): string;
}

/** Makes the subsegments of requests, and sends them to the X-Ray daemon. */
export interface Recorder {
  /** Starts a subsegment of the segment that Lambda itself sends, which is known only by its ids. */
  begin(header: TraceHeader, name: string): RecordedSubsegment;
  /** Sends one document, which has to fit a datagram. */
  send(subsegment: RecordedSubsegment, document: string): void;
  /** Resolves when the operating system has every document that was sent so far. */
  sent(): Promise<void>;
}

/** Gives the recorder, once it is there; `undefined` where there is none. */
export type RecorderSource = () => Recorder | undefined | Promise<Recorder | undefined>;
