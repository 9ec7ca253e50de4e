import type { StreamRecord } from '@tabletheory/core';

/** The event Lambda passes on records of a DynamoDB stream in; the `DynamoDBStreamEvent` of `@types/aws-lambda` is one. */
export interface StreamEvent {
  readonly Records: readonly StreamRecord[];
}

/** The event holds no records: the function is called by something else than a DynamoDB stream. */
export class StreamEventInvalidError extends Error {
  override readonly name: string = 'StreamEventInvalidError';
  readonly code: 'STREAM_EVENT_INVALID' = 'STREAM_EVENT_INVALID';

  constructor() {
    super('The event has no Records. The function must be called by an event source mapping of a DynamoDB stream.', {
      cause: { package: '@tabletheory/streams' },
    });
  }
}

/** @throws StreamEventInvalidError when the event is none of a stream. */
export function recordsOf(event: unknown): readonly StreamRecord[] {
  const { Records: records } = (event ?? {}) as Partial<StreamEvent>;
  if (!Array.isArray(records)) throw new StreamEventInvalidError();
  return records;
}

/** What tells the item of a record from others. A record without a key has its sequence number only. */
export function itemKeyOf(record: StreamRecord | null): string {
  const { dynamodb, eventSourceARN } = record ?? {};
  const keys = dynamodb?.Keys;
  if (typeof keys !== 'object' || keys === null) return JSON.stringify([dynamodb?.SequenceNumber]);
  const sorted = Object.entries(keys).sort(([a], [b]) => (a < b ? -1 : 1));
  return JSON.stringify([eventSourceARN, sorted]);
}
