import type { Attribute } from '../attribute.ts';
import type { AttributeCodec } from './attribute-codec.ts';
import type { AttributeValue } from './attribute-value.ts';
import { fromBase64, toBase64 } from './base64.ts';
import { type KindCodec, sameOperand } from './kind-codec.ts';
import { encodeNumber } from './numbers.ts';
import { type Compile, objectCodec } from './object-codec.ts';
import { mapEntries, writeEntries } from './plain-object.ts';
import { CodecProblem, refuseRepeated, rethrowWithin } from './problem.ts';
import { readNumber } from './scalar-codec.ts';

/** The codec of an attribute whose values have parts. */
export function containerCodec(attribute: Attribute, compile: Compile, partial: boolean): KindCodec {
  switch (attribute.kind) {
    case 'list':
      return listCodec(compile(attribute.element as Attribute));
    case 'map':
      return mapCodec(attribute, compile, partial);
    case 'record':
      return recordCodec(compile(attribute.element as Attribute));
    case 'stringSet':
      return stringSetCodec;
    case 'numberSet':
      return numberSetCodec;
    case 'binarySet':
      return binarySetCodec;
    default:
      throw new TypeError(`No codec for attributes of kind ${attribute.kind}`);
  }
}

const stringSetCodec = sameOperand(
  (value) => ({ SS: elements(value, 'string', (text) => text as string) }),
  (other) => (value) => {
    const { SS } = value;
    return SS === undefined ? other('SS', value) : new Set(SS);
  },
);

const numberSetCodec = sameOperand(
  (value) => ({ NS: elements(value, 'number', (number) => encodeNumber(number as number)) }),
  (other) => (value) => {
    const { NS } = value;
    return NS === undefined ? other('NS', value) : new Set(NS.map(readNumber));
  },
);

const binarySetCodec = sameOperand(
  (value) => {
    const BS = elements(value, 'object', bytes);
    refuseRepeated(BS);
    return { BS };
  },
  (other) => (value) => {
    const { BS } = value;
    return BS === undefined ? other('BS', value) : new Set(BS.map(fromBase64));
  },
);

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

function bytes(value: unknown): string {
  if (!(value instanceof Uint8Array)) throw new CodecProblem('type', 'must be a Set of Uint8Arrays');
  return toBase64(value);
}

function listCodec({ write, read }: AttributeCodec): KindCodec {
  return sameOperand(
    (value) => {
      if (!Array.isArray(value)) throw new CodecProblem('type', 'must be an array');
      // Stryker disable next-line ArrayDeclaration: an array grows as it is filled, which takes time.
      const encoded: AttributeValue[] = new Array(value.length);
      let i = 0;
      try {
        for (; i < value.length; i++) encoded[i] = write(value[i]);
      } catch (error) {
        rethrowWithin(error, i);
      }
      return { L: encoded };
    },
    (other) => (value) => {
      const { L } = value;
      if (L === undefined) return other('L', value);
      // Stryker disable next-line ArrayDeclaration: an array grows as it is filled, which takes time.
      const decoded: unknown[] = new Array(L.length);
      let i = 0;
      try {
        for (; i < L.length; i++) decoded[i] = read(L[i] as AttributeValue);
      } catch (error) {
        rethrowWithin(error, i);
      }
      return decoded;
    },
  );
}

function mapCodec(attribute: Attribute, compile: Compile, partial: boolean): KindCodec {
  const { write, read } = objectCodec(attribute.attributes ?? {}, compile, partial);
  return sameOperand(
    (value) => ({ M: write(value) }),
    (other) => (value) => {
      const { M } = value;
      return M === undefined ? other('M', value) : read(M);
    },
  );
}

function recordCodec({ write, read }: AttributeCodec): KindCodec {
  return sameOperand(
    (value) => ({ M: writeEntries(value, write) }),
    (other) => (value) => {
      const { M } = value;
      return M === undefined ? other('M', value) : mapEntries(M, read);
    },
  );
}
