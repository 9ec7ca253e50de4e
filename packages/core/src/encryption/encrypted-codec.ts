import type { AttributeCodec } from '../codec/attribute-codec.ts';
import type { Field } from '../codec/object-codec.ts';
import { CodecProblem } from '../codec/problem.ts';
import { Plaintext, Unopened } from './plaintext.ts';

/** A field, whose values are plaintexts when it is encrypted. */
export function encryptedIfMarked(field: Field): Field {
  return field.attribute.options.encrypted ? { ...field, codec: encryptedCodec(field.name, field.codec) } : field;
}

/** Writes what is still to be sealed, and reads nothing but what has been opened. */
function encryptedCodec(name: string, codec: AttributeCodec): AttributeCodec {
  return {
    write: (value) => new Plaintext(name, codec.write(value)),
    // It would be compared with what is stored, which no value equals.
    operand: () => {
      throw new TypeError(`${name} is encrypted and cannot be compared`);
    },
    read: (value) => {
      if (value instanceof Plaintext) return codec.read(value.reveal());
      throw new CodecProblem('encrypted', value instanceof Unopened ? value.reason : 'is encrypted and was not opened');
    },
  };
}
