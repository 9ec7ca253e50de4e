import type { AttributeValue } from '@aws-sdk/client-dynamodb';
import type { AttributeKind } from '../attribute.ts';
import type { AttributeCodec } from './attribute-codec.ts';
import { canonicalDecimal, encodeNumber, isExact, wholeNumber } from './numbers.ts';
import { plainObject } from './plain-object.ts';
import { CodecProblem, storedTypeProblem, within } from './problem.ts';

type ScalarKind = Extract<
  AttributeKind,
  'string' | 'number' | 'integer' | 'bigint' | 'decimal' | 'boolean' | 'binary' | 'date' | 'ttl' | 'json'
>;

const LOSES_DIGITS = 'has more digits than a JavaScript number holds: declare the attribute as bigint() or decimal()';

/** Reads a stored number into a JavaScript number, never rounding. */
export function readNumber(stored: string): number {
  const value = Number(stored);
  if (!isExact(stored, value)) throw new CodecProblem('type', LOSES_DIGITS);
  return value;
}

function writeDate(value: unknown): string {
  if (!(value instanceof Date)) throw new CodecProblem('type', 'must be a Date');
  if (Number.isNaN(value.getTime())) throw new CodecProblem('type', 'must be a valid Date');
  return value.toISOString();
}

// Date reads other text too, each engine in its own way and in local time.
const ISO_DATE = /^(\d{4}|[+-]\d{6})-\d\d-\d\d(T\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:\d\d))?$/;

function readDate(text: string): Date {
  const date = new Date(text);
  if (Number.isNaN(date.getTime()) || !ISO_DATE.test(text)) {
    throw new CodecProblem('type', 'is stored as text that is no ISO 8601 date');
  }
  return date;
}

function writeJson(value: unknown): string {
  let text: string | undefined;
  try {
    text = JSON.stringify(value);
  } catch {} // a cycle, or a bigint
  if (text === undefined) throw new CodecProblem('type', 'must be a value JSON can hold');
  refuseNotJson(value);
  return text;
}

/** `JSON.stringify` drops or changes what JSON cannot hold, without a word. */
function refuseNotJson(value: unknown): void {
  if (value === null || typeof value === 'string' || typeof value === 'boolean' || Number.isFinite(value)) return;
  if (Array.isArray(value)) {
    for (const [i, element] of value.entries()) within(refuseNotJson, element, i);
  } else if (typeof value === 'object') {
    for (const [key, property] of Object.entries(plainObject(value))) {
      if (property !== undefined) within(refuseNotJson, property, key);
    }
  } else {
    throw new CodecProblem('type', 'must be a value JSON can hold');
  }
}

function writeInteger(value: unknown): string {
  if (!Number.isSafeInteger(value)) throw new CodecProblem('type', 'must be a safe integer');
  return String(value);
}

function writeBigint(value: unknown): string {
  if (typeof value !== 'bigint') throw new CodecProblem('type', 'must be a bigint');
  return canonicalDecimal(String(value));
}

const SCALARS: { [K in ScalarKind]: { write: (value: unknown) => AttributeValue; read: AttributeCodec['read'] } } = {
  string: {
    write: (value) => {
      if (typeof value !== 'string') throw new CodecProblem('type', 'must be a string');
      return { S: value };
    },
    read: (value) => {
      if (value.S === undefined) throw storedTypeProblem('S', value);
      return value.S;
    },
  },
  number: {
    write: (value) => {
      if (typeof value !== 'number') throw new CodecProblem('type', 'must be a number');
      return { N: encodeNumber(value) };
    },
    read: (value) => {
      if (value.N === undefined) throw storedTypeProblem('N', value);
      return readNumber(value.N);
    },
  },
  integer: {
    write: (value) => ({ N: writeInteger(value) }),
    read: (value) => {
      if (value.N === undefined) throw storedTypeProblem('N', value);
      const number = readNumber(value.N);
      if (!Number.isSafeInteger(number))
        throw new CodecProblem('type', 'is stored as a number that is no safe integer');
      return number;
    },
  },
  bigint: {
    write: (value) => ({ N: writeBigint(value) }),
    read: (value) => {
      if (value.N === undefined) throw storedTypeProblem('N', value);
      const whole = wholeNumber(value.N);
      if (whole === undefined) throw new CodecProblem('type', 'is stored as a number with a fraction');
      return whole;
    },
  },
  decimal: {
    write: (value) => {
      if (typeof value !== 'string') throw new CodecProblem('type', 'must be a decimal number in a string');
      return { N: canonicalDecimal(value) };
    },
    read: (value) => {
      if (value.N === undefined) throw storedTypeProblem('N', value);
      return canonicalDecimal(value.N);
    },
  },
  boolean: {
    write: (value) => {
      if (typeof value !== 'boolean') throw new CodecProblem('type', 'must be true or false');
      return { BOOL: value };
    },
    read: (value) => {
      if (value.BOOL === undefined) throw storedTypeProblem('BOOL', value);
      return value.BOOL;
    },
  },
  binary: {
    write: (value) => {
      if (!(value instanceof Uint8Array)) throw new CodecProblem('type', 'must be a Uint8Array');
      return { B: new Uint8Array(value) }; // a copy: a Buffer becomes what a read returns, and nothing is shared
    },
    read: (value) => {
      if (value.B === undefined) throw storedTypeProblem('B', value);
      return value.B;
    },
  },
  date: {
    write: (value) => ({ S: writeDate(value) }),
    read: (value) => {
      if (value.S === undefined) throw storedTypeProblem('S', value);
      return readDate(value.S);
    },
  },
  ttl: {
    write: (value) => {
      writeDate(value);
      return { N: String(Math.floor((value as Date).getTime() / 1000)) };
    },
    read: (value) => {
      if (value.N === undefined) throw storedTypeProblem('N', value);
      const date = new Date(readNumber(value.N) * 1000);
      if (Number.isNaN(date.getTime())) throw new CodecProblem('type', 'is stored as a number that is no time');
      return date;
    },
  },
  json: {
    write: (value) => ({ S: writeJson(value) }),
    read: (value) => {
      if (value.S === undefined) throw storedTypeProblem('S', value);
      try {
        return JSON.parse(value.S);
      } catch {
        throw new CodecProblem('type', 'is stored as text that is no JSON');
      }
    },
  },
};

// A date is compared in part too: where('placedAt', 'beginsWith', '2026-01').
const dateOperand = (value: unknown): AttributeValue =>
  typeof value === 'string' ? { S: value } : { S: writeDate(value) };

/** Whether values of this kind have no parts. */
export function isScalar(kind: AttributeKind): kind is ScalarKind {
  return Object.hasOwn(SCALARS, kind);
}

/** The codec of a kind without parts. */
export function scalarCodec(kind: ScalarKind): AttributeCodec {
  const { write, read } = SCALARS[kind];
  return { write, operand: kind === 'date' ? dateOperand : write, read };
}
