import type { AttributeValue } from '@aws-sdk/client-dynamodb';
import type { StoredItem } from './codec/item-codec.ts';
import { mapEntries } from './codec/plain-object.ts';
import { CodecProblem, rethrowWithin } from './codec/problem.ts';

/**
 * A value in a stream record, as Lambda passes it on: DynamoDB's JSON, with bytes in base64.
 * Source: https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_streams_AttributeValue.html
 */
export interface StreamValue {
  readonly S?: string;
  readonly N?: string;
  readonly B?: string;
  readonly BOOL?: boolean;
  readonly NULL?: boolean;
  readonly SS?: readonly string[];
  readonly NS?: readonly string[];
  readonly BS?: readonly string[];
  readonly L?: readonly StreamValue[];
  readonly M?: StreamImage;
}

/** An item or a key in a stream record. */
export type StreamImage = Readonly<Record<string, StreamValue>>;

/**
 * A stream's item as the codec reads items. Every value is checked: the event comes from outside, and one that is
 * malformed must not stop the records after it.
 *
 * @throws CodecProblem naming the place that is no DynamoDB JSON.
 */
export function fromStreamImage(image: unknown): StoredItem {
  return mapEntries(objectIn(image), fromStreamValue);
}

function fromStreamValue(value: unknown): AttributeValue {
  const typed = objectIn(value);
  const [type = 'no type'] = Object.keys(typed);
  const content = typed[type];
  switch (type) {
    case 'S':
    case 'N':
      return { [type]: textIn(content) } as unknown as AttributeValue;
    case 'BOOL':
    case 'NULL':
      if (typeof content !== 'boolean') throw malformed();
      return { [type]: content } as unknown as AttributeValue;
    case 'SS':
    case 'NS':
      return { [type]: listIn(content, textIn) } as unknown as AttributeValue;
    case 'B':
      return { B: bytesIn(content) };
    case 'BS':
      return { BS: listIn(content, bytesIn) };
    case 'L':
      return { L: listIn(content, fromStreamValue) };
    case 'M':
      return { M: fromStreamImage(content) };
    default:
      throw malformed();
  }
}

function objectIn(value: unknown): Record<string, unknown> {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw malformed();
  return value as Record<string, unknown>;
}

function textIn(value: unknown): string {
  if (typeof value !== 'string') throw malformed();
  return value;
}

function bytesIn(value: unknown): Uint8Array {
  // A copy, as a small Buffer is part of a pool that others read and write.
  return new Uint8Array(Buffer.from(textIn(value), 'base64'));
}

function listIn<T>(value: unknown, read: (element: unknown) => T): T[] {
  if (!Array.isArray(value)) throw malformed();
  return value.map((element, i) => {
    try {
      return read(element);
    } catch (error) {
      return rethrowWithin(error, i);
    }
  });
}

function malformed(): CodecProblem {
  return new CodecProblem('type', 'is no DynamoDB JSON');
}
