import { describe, expect, it } from 'vitest';
import type { AttributeCodec } from '../codec/attribute-codec.ts';
import type { AttributeValue } from '../codec/attribute-value.ts';
import { compileModel } from '../compiled-model.ts';
import { defineModel, string } from '../index.ts';
import { Plaintext, Unopened } from './plaintext.ts';

const Note = compileModel(
  defineModel({
    name: 'Note',
    table: 'notes',
    key: { partition: 'id' },
    attributes: { id: string(), card: string({ encrypted: true, minLength: 2, name: 'c' }) },
  }),
);
const codecOf = (name: string) => Note.fieldNamed.get(name)?.codec as AttributeCodec;
const codec = codecOf('card');

describe('the codec of an encrypted attribute', () => {
  it('writes what is still to be sealed, and checks it before', () => {
    const written = codec.write('xy') as unknown as Plaintext;
    expect(written).toBeInstanceOf(Plaintext);
    expect(written.attribute).toBe('c');
    expect(written.reveal()).toEqual({ S: 'xy' });
    expect(() => codec.write('x')).toThrow(expect.objectContaining({ keyword: 'minLength' }));
    expect(codecOf('id').write('x')).toEqual({ S: 'x' });
  });

  it('reads what has been opened, and nothing else', () => {
    expect(codec.read(new Plaintext('c', { S: 'xy' }) as AttributeValue)).toBe('xy');
    const problem = (value: unknown) => expect(() => codec.read(value as AttributeValue));
    problem(new Unopened('was changed')).toThrow(
      expect.objectContaining({ keyword: 'encrypted', message: 'was changed' }),
    );
    problem({ S: 'xy' }).toThrow(
      expect.objectContaining({ keyword: 'encrypted', message: 'is encrypted and was not opened' }),
    );
  });

  it('compares nothing', () => {
    expect(() => codec.operand('xy')).toThrow(new TypeError('c is encrypted and cannot be compared'));
  });
});
