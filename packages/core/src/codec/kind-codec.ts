import type { AttributeValue } from './attribute-value.ts';

/** Encodes a value. */
export type Write = (value: unknown) => AttributeValue;

/** Decodes a stored value. */
export type Read = (value: AttributeValue) => unknown;

/**
 * What a stored value of another type than the attribute's is read as. Readers look for their own type first: where
 * no NULL is stored, none is looked for.
 *
 * @throws CodecProblem unless it stands for something.
 */
export type OtherType = (expected: string, value: AttributeValue) => null | undefined;

/** The codec of a kind of attribute, before its options say what NULL means. */
export interface KindCodec {
  readonly write: Write;
  /** Encodes a value to compare with. */
  readonly operand: Write;
  readonly reader: (other: OtherType) => Read;
}

/** The codec of a kind whose values are compared as they are stored. */
export function sameOperand(write: Write, reader: KindCodec['reader']): KindCodec {
  return { write, operand: write, reader };
}
