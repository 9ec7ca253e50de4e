import type { AttributeValue } from './attribute-value.ts';
import { fromBase64, toBase64 } from './base64.ts';
import { ExactNumber } from './exact-number.ts';
import type { KindCodec } from './kind-codec.ts';
import { canonicalDecimal, encodeNumber, isExact, wholeNumber } from './numbers.ts';
import { mapEntries, writeEntries } from './plain-object.ts';
import { CodecProblem, refuseRepeated, storedTypeProblem, within } from './problem.ts';

/** Encodes any value DynamoDB can hold by its JavaScript type. */
export function encodeAny(value: unknown): AttributeValue {
  switch (typeof value) {
    case 'string':
      return { S: value };
    case 'number':
      return { N: encodeNumber(value) };
    case 'bigint':
      return { N: canonicalDecimal(String(value)) };
    case 'boolean':
      return { BOOL: value };
    case 'object':
      return encodeObject(value);
    default:
      throw new CodecProblem('type', `must not be of type ${typeof value}: DynamoDB cannot hold it`);
  }
}

function encodeObject(value: object | null): AttributeValue {
  if (value === null) return { NULL: true };
  if (Array.isArray(value)) return { L: Array.from(value, (element, i) => within(encodeAny, element, i)) };
  if (value instanceof Uint8Array) return { B: toBase64(value) };
  if (value instanceof Date) {
    if (Number.isNaN(value.getTime())) throw new CodecProblem('type', 'must be a valid Date');
    return { S: value.toISOString() };
  }
  if (value instanceof Set) return encodeSet(value);
  if (value instanceof ExactNumber) return { N: canonicalDecimal(value.digits) };
  return { M: writeEntries(value, encodeAny) };
}

function encodeSet(value: ReadonlySet<unknown>): AttributeValue {
  const elements = [...value].map(encodeAny);
  const [first] = elements;
  if (first === undefined) {
    throw new CodecProblem('minItems', 'must not be an empty Set: DynamoDB has none, leave the attribute out instead');
  }
  for (const type of ['S', 'N', 'B'] as const) {
    if (elements.every((element) => element[type] !== undefined)) {
      const stored = elements.map((element) => element[type]);
      refuseRepeated(stored);
      return { [`${type}S`]: stored } as AttributeValue;
    }
  }
  throw new CodecProblem('type', 'must be a Set of strings, of numbers or of byte arrays');
}

/** Decodes any stored value. */
export function decodeAny(value: AttributeValue): unknown {
  if (value.S !== undefined) return value.S;
  if (value.N !== undefined) return decodeNumber(value.N);
  if (value.M !== undefined) return mapEntries(value.M, decodeAny);
  if (value.L !== undefined) return value.L.map((element, i) => within(decodeAny, element, i));
  if (value.BOOL !== undefined) return value.BOOL;
  if (value.NULL !== undefined) return null;
  if (value.B !== undefined) return fromBase64(value.B);
  if (value.SS !== undefined) return new Set(value.SS);
  if (value.NS !== undefined) return new Set(value.NS.map(decodeNumber));
  if (value.BS !== undefined) return new Set(value.BS.map(fromBase64));
  throw storedTypeProblem('a known type', value);
}

function decodeNumber(stored: string): number | bigint | ExactNumber {
  const number = Number(stored);
  if (isExact(stored, number)) return number;
  return wholeNumber(stored) ?? new ExactNumber(stored);
}

/** The codec of `any()`. */
export const dynamicCodec: KindCodec = {
  write: encodeAny,
  operand: encodeAny,
  reader: () => decodeAny,
};
