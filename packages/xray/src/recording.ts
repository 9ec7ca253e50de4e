import type { InvocationEnd, OperationFinish, TableOperation, TraceHeader } from '@tabletheory/invocation';
import type Subsegment from 'aws-xray-sdk-core/dist/lib/segments/attributes/subsegment.js';
import type Segment from 'aws-xray-sdk-core/dist/lib/segments/segment.js';
import { outcomeFlags, statusCodeOf } from './outcome-flags.ts';
import type { Sdk } from './sdk.ts';
import { sendSubsegment } from './send-subsegment.ts';
import { tableSubsegment } from './table-subsegment.ts';

/** A subsegment with the fields the SDK sets but does not declare. */
export type RecordedSubsegment = Subsegment & { end_time?: number; error?: boolean; fault?: boolean };

/** As many finished subsegments are kept before they are sent ahead; the SDK's own threshold. */
const STREAM_ABOVE = 100;

/**
 * The subsegments of one sampled request. They hang on a stand-in for the segment that Lambda itself sends, which
 * is known only by its ids. Nothing of it is shared with another request.
 */
export class Recording {
  readonly traceId: string;
  /** The subsegment of the whole request. */
  readonly handler: RecordedSubsegment;
  readonly #sdk: Sdk;
  readonly #lambda: Segment & { counter: number; exception?: unknown };
  #ended = false;

  /** @param startedAt in milliseconds since 1970. */
  constructor(sdk: Sdk, header: TraceHeader, name: string, startedAt: number) {
    this.#sdk = sdk;
    this.traceId = header.root;
    this.#lambda = Object.assign(new sdk.Segment('lambda', header.root), {
      id: header.parent,
      // A count of 0 keeps the SDK from sending by itself; `close` and `end` decide when.
      counter: 0,
      incrementCounter() {},
      decrementCounter() {},
    });
    this.handler = this.#lambda.addNewSubsegment(subsegmentName(name));
    this.handler.start_time = startedAt / 1000;
  }

  /** Starts a subsegment under another. */
  open(parent: RecordedSubsegment, name: string): RecordedSubsegment {
    return parent.addNewSubsegment(subsegmentName(name));
  }

  /**
   * Ends a subsegment. One with many finished siblings goes out with them, so that memory stays bounded; one that
   * outlasts the request goes out alone, after it was sent as in progress.
   *
   * @param durationMs what the subsegment took, if not until now.
   */
  close(subsegment: RecordedSubsegment, durationMs?: number): void {
    subsegment.close();
    if (durationMs !== undefined) subsegment.end_time = subsegment.start_time + durationMs / 1000;
    const parent = subsegment.parent as RecordedSubsegment;
    const siblings = parent.subsegments ?? [];
    if (this.#ended) {
      this.#send(subsegment);
    } else if (siblings.length > STREAM_ABOVE) {
      for (const sibling of siblings.filter((candidate) => candidate.isClosed())) {
        this.#send(sibling);
        parent.removeSubsegment(sibling);
      }
    }
  }

  /** Marks a subsegment as failed. */
  fail(subsegment: RecordedSubsegment, error: unknown, status: number | undefined = statusCodeOf(error)): void {
    try {
      subsegment.addError(error instanceof Error ? error : `A value of type ${typeof error} was thrown`);
      // Else the SDK would record the same error further up as a mere reference, by the id of a subsegment.
      delete this.#lambda.exception;
      delete subsegment.fault;
      Object.assign(subsegment, outcomeFlags(status));
    } catch {
      // An error that cannot be read.
    }
  }

  /** Records one table operation. */
  operation(operation: TableOperation): OperationFinish {
    const subsegment = this.open(this.handler, 'DynamoDB');
    subsegment.namespace = 'aws';
    subsegment.addAttribute('aws', { operation: operation.name });
    return (outcome) => {
      try {
        Object.assign(subsegment, tableSubsegment(operation, outcome));
        this.close(subsegment, outcome.durationMs);
      } catch {
        // A trace must not fail the operation it tells of.
      }
    };
  }

  /** @returns a promise that resolves when everything recorded has left the process. */
  end({ outcome, error, response }: InvocationEnd): Promise<void> {
    if (outcome === 'error') this.fail(this.handler, error, statusCodeOf(response) ?? statusCodeOf(error));
    this.handler.close();
    this.#ended = true;
    this.#send(this.handler);
    return this.#sdk.socket.sent();
  }

  #send(subsegment: RecordedSubsegment): void {
    try {
      sendSubsegment(this.#sdk.emitter, subsegment);
    } catch {
      // A trace must not fail the request it tells of.
    }
  }
}

/** Names take letters, digits, spaces and `_.:/%&#=+\-@`, 200 characters at most. */
function subsegmentName(name: string): string {
  return name.replace(/[^\p{L}\p{N}\s_.:/%&#=+\\\-@]/gu, '_').slice(0, 200);
}
