import type { AttributeValue } from '@aws-sdk/client-dynamodb';
import type { Attribute } from '../attribute.ts';
import { containerCodec } from './container-codec.ts';
import { dynamicCodec } from './dynamic-codec.ts';
import { checksOf } from './keywords.ts';
import { isScalar, scalarCodec } from './scalar-codec.ts';

/** Turns the values of one attribute into DynamoDB's AttributeValue and back. Every function throws `CodecProblem`. */
export interface AttributeCodec {
  /** Checks a value against the attribute's type and keywords, and encodes it. */
  readonly write: (value: unknown) => AttributeValue;
  /** Encodes a value to compare with: the type is checked, the keywords are not (`beginsWith` takes part of a value). */
  readonly operand: (value: unknown) => AttributeValue;
  /** Decodes a stored value. */
  readonly read: (value: AttributeValue) => unknown;
}

/**
 * Compiles an attribute's codec: one closure per rule, chosen once, so that writing and reading look nothing up.
 *
 * @param partial objects read back may lack required attributes, as under a projection.
 */
export function attributeCodec(attribute: Attribute, partial: boolean): AttributeCodec {
  const { kind, options } = attribute;
  if (options.encrypted) throw new TypeError('is marked encrypted, which this version cannot do: remove the mark');
  const codec = isScalar(kind)
    ? scalarCodec(kind)
    : kind === 'any'
      ? dynamicCodec
      : containerCodec(attribute, (inner) => innerCodec(inner, partial), partial);
  const checked = withChecks(codec, checksOf(options));
  return options.nullable ? nullable(checked) : checked;
}

/** @throws TypeError for what only an attribute of the item itself can be: it would not be kept further in. */
function innerCodec(attribute: Attribute, partial: boolean): AttributeCodec {
  if (attribute.options.unique) throw new TypeError('is unique, which only an attribute of the item itself can be');
  if (attribute.role !== undefined)
    throw new TypeError(`is ${attribute.role}(), which only an attribute of the item itself can be`);
  return attributeCodec(attribute, partial);
}

function withChecks(codec: AttributeCodec, checks: ((value: never) => void)[]): AttributeCodec {
  if (checks.length === 0) return codec;
  const { write } = codec;
  return {
    ...codec,
    write: (value) => {
      const written = write(value);
      for (const check of checks) check(value as never);
      return written;
    },
  };
}

const NULL: AttributeValue = { NULL: true };

function nullable({ write, operand, read }: AttributeCodec): AttributeCodec {
  return {
    write: (value) => (value === null ? NULL : write(value)),
    operand: (value) => (value === null ? NULL : operand(value)),
    read: (value) => (value.NULL ? null : read(value)),
  };
}
