import type { Attribute } from '../attribute.ts';
import type { AttributeValue } from './attribute-value.ts';
import { containerCodec } from './container-codec.ts';
import { dynamicCodec } from './dynamic-codec.ts';
import { type Check, checksOf } from './keywords.ts';
import type { OtherType, Read, Write } from './kind-codec.ts';
import { storedTypeProblem } from './problem.ts';
import { isScalar, scalarCodec } from './scalar-codec.ts';

/** Turns the values of one attribute into DynamoDB's AttributeValue and back. Every function throws `CodecProblem`. */
export interface AttributeCodec {
  /** Checks a value against the attribute's type and keywords, and encodes it. */
  readonly write: Write;
  /** Encodes a value to compare with: the type is checked, the keywords are not (`beginsWith` takes part of a value). */
  readonly operand: Write;
  /** Decodes a stored value. */
  readonly read: Read;
}

const refuseOther: OtherType = (expected, value) => {
  throw storedTypeProblem(expected, value);
};
const nullOrRefuse: OtherType = (expected, value) => (value.NULL ? null : refuseOther(expected, value));
const absentOrRefuse: OtherType = (expected, value) => (value.NULL ? undefined : refuseOther(expected, value));

/**
 * Compiles an attribute's codec: one closure per rule, chosen once, so that writing and reading look nothing up.
 *
 * @param partial objects read back may lack required attributes, as under a projection.
 * @param nullIsAbsent a stored NULL is read as `undefined`.
 */
export function attributeCodec(attribute: Attribute, partial: boolean, nullIsAbsent = false): AttributeCodec {
  const { kind, options } = attribute;
  const codec = isScalar(kind)
    ? scalarCodec(kind)
    : kind === 'any'
      ? dynamicCodec
      : containerCodec(attribute, (inner, absent) => innerCodec(inner, partial, absent), partial);
  const write = checked(codec.write, checksOf(options));
  if (!options.nullable) {
    return { write, operand: codec.operand, read: codec.reader(nullIsAbsent ? absentOrRefuse : refuseOther) };
  }
  return { write: nullable(write), operand: nullable(codec.operand), read: codec.reader(nullOrRefuse) };
}

/** @throws TypeError for what only an attribute of the item itself can be: it would not be kept further in. */
function innerCodec(attribute: Attribute, partial: boolean, nullIsAbsent?: boolean): AttributeCodec {
  if (attribute.options.unique) throw new TypeError('is unique, which only an attribute of the item itself can be');
  if (attribute.options.encrypted)
    throw new TypeError('is encrypted, which only an attribute of the item itself can be');
  if (attribute.role !== undefined)
    throw new TypeError(`is ${attribute.role}(), which only an attribute of the item itself can be`);
  return attributeCodec(attribute, partial, nullIsAbsent);
}

function checked(write: Write, checks: readonly Check[]): Write {
  const [first, second] = checks;
  if (first === undefined) return write;
  // Stryker disable next-line ConditionalExpression,BlockStatement: the loop below does the same, in more time.
  if (second === undefined) {
    return (value) => {
      const written = write(value);
      first(value);
      return written;
    };
  }
  return (value) => {
    const written = write(value);
    for (let i = 0; i < checks.length; i++) (checks[i] as Check)(value);
    return written;
  };
}

const NULL: AttributeValue = { NULL: true };

function nullable(write: Write): Write {
  return (value) => (value === null ? NULL : write(value));
}
