import type { AttributeValue } from '@aws-sdk/client-dynamodb';
import type { Attribute } from '../attribute.ts';
import type { AttributeCodec } from './attribute-codec.ts';
import { encodeNumber } from './numbers.ts';
import { objectCodec } from './object-codec.ts';
import { mapEntries, writeEntries } from './plain-object.ts';
import { CodecProblem, refuseRepeated, rethrowWithin, storedTypeProblem } from './problem.ts';
import { readNumber } from './scalar-codec.ts';

type Compile = (attribute: Attribute) => AttributeCodec;

/** The codec of an attribute whose values have parts. */
export function containerCodec(attribute: Attribute, compile: Compile, partial: boolean): AttributeCodec {
  switch (attribute.kind) {
    case 'list':
      return listCodec(compile(attribute.element as Attribute));
    case 'map': {
      const { write, read } = objectCodec(attribute.attributes ?? {}, compile, partial);
      return sameOperand(
        (value) => ({ M: write(value) }),
        (value) => {
          if (value.M === undefined) throw storedTypeProblem('M', value);
          return read(value.M);
        },
      );
    }
    case 'record':
      return recordCodec(compile(attribute.element as Attribute));
    case 'stringSet':
      return sameOperand(
        (value) => ({ SS: elements(value, 'string', (text) => text as string) }),
        (value) => {
          if (value.SS === undefined) throw storedTypeProblem('SS', value);
          return new Set(value.SS);
        },
      );
    case 'numberSet':
      return sameOperand(
        (value) => ({ NS: elements(value, 'number', (number) => encodeNumber(number as number)) }),
        (value) => {
          if (value.NS === undefined) throw storedTypeProblem('NS', value);
          return new Set(value.NS.map(readNumber));
        },
      );
    case 'binarySet':
      return sameOperand(
        (value) => ({ BS: distinctBytes(value) }),
        (value) => {
          if (value.BS === undefined) throw storedTypeProblem('BS', value);
          return new Set(value.BS);
        },
      );
    default:
      throw new TypeError(`No codec for attributes of kind ${attribute.kind}`);
  }
}

function sameOperand(write: AttributeCodec['write'], read: AttributeCodec['read']): AttributeCodec {
  return { write, operand: write, read };
}

function elements<T>(value: unknown, type: string, encode: (element: unknown) => T): T[] {
  if (!(value instanceof Set)) throw new CodecProblem('type', 'must be a Set');
  if (value.size === 0) {
    throw new CodecProblem('minItems', 'must not be an empty Set: DynamoDB has none, leave the attribute out instead');
  }
  const encoded: T[] = [];
  for (const element of value) {
    if (typeof element !== type)
      throw new CodecProblem('type', `must be a Set of ${type === 'object' ? 'Uint8Array' : type}s`);
    encoded.push(encode(element));
  }
  return encoded;
}

function bytes(value: unknown): Uint8Array {
  if (!(value instanceof Uint8Array)) throw new CodecProblem('type', 'must be a Set of Uint8Arrays');
  return new Uint8Array(value);
}

function distinctBytes(value: unknown): Uint8Array[] {
  const all = elements(value, 'object', bytes);
  refuseRepeated(all.map((B) => ({ B })));
  return all;
}

function listCodec(element: AttributeCodec): AttributeCodec {
  const { write, read } = element;
  return sameOperand(
    (value) => {
      if (!Array.isArray(value)) throw new CodecProblem('type', 'must be an array');
      const encoded: AttributeValue[] = new Array(value.length);
      let i = 0;
      try {
        for (; i < value.length; i++) encoded[i] = write(value[i]);
      } catch (error) {
        rethrowWithin(error, i);
      }
      return { L: encoded };
    },
    (value) => {
      const stored = value.L;
      if (stored === undefined) throw storedTypeProblem('L', value);
      const decoded: unknown[] = new Array(stored.length);
      let i = 0;
      try {
        for (; i < stored.length; i++) decoded[i] = read(stored[i] as AttributeValue);
      } catch (error) {
        rethrowWithin(error, i);
      }
      return decoded;
    },
  );
}

function recordCodec(element: AttributeCodec): AttributeCodec {
  return sameOperand(
    (value) => ({ M: writeEntries(value, element.write) }),
    (value) => {
      if (value.M === undefined) throw storedTypeProblem('M', value);
      return mapEntries(value.M, element.read);
    },
  );
}
