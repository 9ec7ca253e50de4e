import type { AttributeValue, StoredItem } from './codec/attribute-value.ts';
import { CodecProblem, rethrowWithin } from './codec/problem.ts';

/**
 * A value in a stream record, as Lambda passes it on: DynamoDB's JSON, with bytes in base64.
 * Source: https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_streams_AttributeValue.html
 */
export type StreamValue = AttributeValue;

/** An item or a key in a stream record. */
export type StreamImage = Readonly<StoredItem>;

/**
 * A stream's item as the codec reads items. Every value is checked: the event comes from outside, and one that is
 * malformed must not stop the records after it.
 *
 * @throws CodecProblem naming the place that is no DynamoDB JSON.
 */
export function checkedImage(image: unknown): StoredItem {
  const item = objectIn(image);
  for (const name of Object.keys(item)) {
    try {
      checkValue(item[name]);
    } catch (error) {
      rethrowWithin(error, name);
    }
  }
  return item as StoredItem;
}

function checkValue(value: unknown): void {
  const typed = objectIn(value);
  const [type, another] = Object.keys(typed) as [string, string?];
  if (another !== undefined) throw malformed();
  const content = typed[type];
  switch (type) {
    case 'S':
    case 'N':
    case 'B':
      checkText(content);
      break;
    case 'BOOL':
    case 'NULL':
      if (typeof content !== 'boolean') throw malformed();
      break;
    case 'SS':
    case 'NS':
    case 'BS':
      checkList(content, checkText);
      break;
    case 'L':
      checkList(content, checkValue);
      break;
    case 'M':
      checkedImage(content);
      break;
    default:
      throw malformed();
  }
}

function objectIn(value: unknown): Record<string, unknown> {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw malformed();
  return value as Record<string, unknown>;
}

function checkText(value: unknown): void {
  if (typeof value !== 'string') throw malformed();
}

function checkList(value: unknown, check: (element: unknown) => void): void {
  if (!Array.isArray(value)) throw malformed();
  for (const [i, element] of value.entries()) {
    try {
      check(element);
    } catch (error) {
      rethrowWithin(error, i);
    }
  }
}

function malformed(): CodecProblem {
  return new CodecProblem('type', 'is no DynamoDB JSON');
}
