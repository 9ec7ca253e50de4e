import type { InvocationEnd, OperationFinish, TableOperation, TraceHeader } from '@tabletheory/invocation';
import { causeOf } from './cause.ts';
import { outcomeFlags, statusCodeOf } from './outcome-flags.ts';
import type { RecordedSubsegment, Recorder } from './recorder.ts';
import { sendSubsegment } from './send-subsegment.ts';
import { tableSubsegment } from './table-subsegment.ts';

/** As many finished subsegments are kept before they are sent ahead. */
const STREAM_ABOVE = 100;

/** The subsegments of one sampled request. Nothing of it is shared with another request. */
export class Recording {
  readonly traceId: string;
  /** The subsegment of the whole request. */
  readonly handler: RecordedSubsegment;
  readonly #recorder: Recorder;
  #ended = false;

  /** @param startedAt in milliseconds since 1970. */
  constructor(recorder: Recorder, header: TraceHeader, name: string, startedAt: number) {
    this.#recorder = recorder;
    this.traceId = header.root;
    this.handler = recorder.begin(header, subsegmentName(name));
    this.handler.start_time = startedAt / 1000;
  }

  /** Starts a subsegment under another. */
  open(parent: RecordedSubsegment, name: string): RecordedSubsegment {
    return parent.addNewSubsegment(subsegmentName(name));
  }

  /**
   * Ends a subsegment. One with many finished siblings goes out with them, so that memory stays bounded; one that
   * was sent as in progress goes out alone.
   *
   * @param durationMs what the subsegment took, if not until now.
   */
  close(subsegment: RecordedSubsegment, durationMs?: number): void {
    subsegment.end_time = durationMs === undefined ? Date.now() / 1000 : subsegment.start_time + durationMs / 1000;
    delete subsegment.in_progress;
    const { parent } = subsegment;
    const siblings = parent.subsegments ?? [];
    if (this.#ended || !siblings.includes(subsegment)) this.#send(subsegment);
    else if (siblings.length > STREAM_ABOVE) this.#sendFinished(parent);
  }

  /** Marks a subsegment as failed. */
  fail(subsegment: RecordedSubsegment, error: unknown, status: number | undefined = statusCodeOf(error)): void {
    Object.assign(subsegment, outcomeFlags(status));
    try {
      subsegment.cause = causeOf(error);
    } catch {
      // An error that cannot be read.
    }
  }

  /** Records one table operation. */
  operation(operation: TableOperation): OperationFinish {
    const subsegment = this.open(this.handler, 'DynamoDB');
    subsegment.namespace = 'aws';
    Object.assign(subsegment, { aws: { operation: operation.name } });
    return (outcome) => {
      Object.assign(subsegment, tableSubsegment(operation, outcome));
      this.close(subsegment, outcome.durationMs);
    };
  }

  /**
   * Sends what there is, the request as in progress, in case the process does not live to see its end.
   *
   * @returns a promise that resolves when it has left the process.
   */
  sendAhead(): Promise<void> {
    this.#sendFinished(this.handler);
    this.#send(this.handler);
    return this.#recorder.sent();
  }

  /** @returns a promise that resolves when everything recorded has left the process. */
  end({ outcome, error, response }: InvocationEnd): Promise<void> {
    if (outcome === 'error') this.fail(this.handler, error, statusCodeOf(response) ?? statusCodeOf(error));
    this.handler.end_time = Date.now() / 1000;
    delete this.handler.in_progress;
    this.#ended = true;
    this.#send(this.handler);
    return this.#recorder.sent();
  }

  #sendFinished(parent: RecordedSubsegment['parent']): void {
    const children = parent.subsegments ?? [];
    for (const child of children) if (!child.in_progress) this.#send(child);
    parent.subsegments = children.filter((child) => child.in_progress);
  }

  #send(subsegment: RecordedSubsegment): void {
    try {
      sendSubsegment(this.#recorder, subsegment);
    } catch {
      // A trace must not fail the request it tells of.
    }
  }
}

/** Names take letters, digits, spaces and `_.:/%&#=+\-@`, 200 characters at most. */
function subsegmentName(name: string): string {
  return name.replace(/[^\p{L}\p{N}\s_.:/%&#=+\\\-@]/gu, '_').slice(0, 200);
}
