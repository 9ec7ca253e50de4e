import type { AttributeKind } from '../attribute.ts';
import { fromBase64, toBase64 } from './base64.ts';
import { isoText, isoTime } from './iso-date.ts';
import { type KindCodec, sameOperand } from './kind-codec.ts';
import { canonicalDecimal, encodeNumber, isExact, shortDecimal, wholeNumber } from './numbers.ts';
import { plainObject } from './plain-object.ts';
import { CodecProblem, within } from './problem.ts';

type ScalarKind = Extract<
  AttributeKind,
  'string' | 'number' | 'integer' | 'bigint' | 'decimal' | 'boolean' | 'binary' | 'date' | 'ttl' | 'json'
>;

const LOSES_DIGITS = 'has more digits than a JavaScript number holds: declare the attribute as bigint() or decimal()';

/** Reads a stored number into a JavaScript number, never rounding. */
export function readNumber(stored: string): number {
  const short = shortDecimal(stored);
  // Stryker disable next-line ConditionalExpression: what is below reads the same, in more time.
  if (short !== undefined) return short;
  const value = Number(stored);
  if (!isExact(stored, value)) throw new CodecProblem('type', LOSES_DIGITS);
  return value;
}

function validDate(value: unknown): Date {
  if (!(value instanceof Date)) throw new CodecProblem('type', 'must be a Date');
  if (Number.isNaN(value.getTime())) throw new CodecProblem('type', 'must be a valid Date');
  return value;
}

// Date reads other text too, each engine in its own way and in local time.
const ISO_DATE = /^(\d{4}|[+-]\d{6})-\d\d-\d\d(T\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:\d\d))?$/;

function readDate(text: string): Date {
  const time = isoTime(text);
  // Stryker disable next-line ConditionalExpression: what is below reads the same, in more time.
  if (time !== undefined) return new Date(time);
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

function writeBigint(value: unknown): string {
  if (typeof value !== 'bigint') throw new CodecProblem('type', 'must be a bigint');
  return canonicalDecimal(String(value));
}

function readBigint(stored: string): bigint {
  const whole = wholeNumber(stored);
  if (whole === undefined) throw new CodecProblem('type', 'is stored as a number with a fraction');
  return whole;
}

function writeDecimal(value: unknown): string {
  if (typeof value !== 'string') throw new CodecProblem('type', 'must be a decimal number in a string');
  return canonicalDecimal(value);
}

function readTtl(stored: string): Date {
  const date = new Date(readNumber(stored) * 1000);
  if (Number.isNaN(date.getTime())) throw new CodecProblem('type', 'is stored as a number that is no time');
  return date;
}

function readJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new CodecProblem('type', 'is stored as text that is no JSON');
  }
}

const stringCodec: KindCodec = sameOperand(
  (value) => {
    if (typeof value !== 'string') throw new CodecProblem('type', 'must be a string');
    return { S: value };
  },
  (other) => (value) => {
    const { S } = value;
    return typeof S === 'string' ? S : other('S', value);
  },
);

const numberCodec: KindCodec = sameOperand(
  (value) => {
    if (typeof value !== 'number') throw new CodecProblem('type', 'must be a number');
    return { N: encodeNumber(value) };
  },
  (other) => (value) => {
    const { N } = value;
    return typeof N === 'string' ? readNumber(N) : other('N', value);
  },
);

const integerCodec: KindCodec = sameOperand(
  (value) => {
    if (!Number.isSafeInteger(value)) throw new CodecProblem('type', 'must be a safe integer');
    return { N: `${value as number}` };
  },
  (other) => (value) => {
    const { N } = value;
    if (typeof N !== 'string') return other('N', value);
    const number = readNumber(N);
    if (!Number.isSafeInteger(number)) throw new CodecProblem('type', 'is stored as a number that is no safe integer');
    return number;
  },
);

const booleanCodec: KindCodec = sameOperand(
  (value) => {
    if (typeof value !== 'boolean') throw new CodecProblem('type', 'must be true or false');
    return { BOOL: value };
  },
  (other) => (value) => {
    const { BOOL } = value;
    return typeof BOOL === 'boolean' ? BOOL : other('BOOL', value);
  },
);

const binaryCodec: KindCodec = sameOperand(
  (value) => {
    if (!(value instanceof Uint8Array)) throw new CodecProblem('type', 'must be a Uint8Array');
    return { B: toBase64(value) };
  },
  (other) => (value) => {
    const { B } = value;
    return typeof B === 'string' ? fromBase64(B) : other('B', value);
  },
);

/** A kind that is stored as a number. */
function storedAsNumber(write: (value: unknown) => string, read: (stored: string) => unknown): KindCodec {
  return sameOperand(
    (value) => ({ N: write(value) }),
    (other) => (value) => {
      const { N } = value;
      return typeof N === 'string' ? read(N) : other('N', value);
    },
  );
}

const jsonCodec: KindCodec = sameOperand(
  (value) => ({ S: writeJson(value) }),
  (other) => (value) => {
    const { S } = value;
    return typeof S === 'string' ? readJson(S) : other('S', value);
  },
);

const dateCodec: KindCodec = {
  write: (value) => ({ S: isoText(validDate(value)) }),
  // A date is compared in part too: where('placedAt', 'beginsWith', '2026-01').
  operand: (value) => ({ S: typeof value === 'string' ? value : isoText(validDate(value)) }),
  reader: (other) => (value) => {
    const { S } = value;
    return typeof S === 'string' ? readDate(S) : other('S', value);
  },
};

const SCALARS: { readonly [K in ScalarKind]: KindCodec } = {
  string: stringCodec,
  number: numberCodec,
  integer: integerCodec,
  bigint: storedAsNumber(writeBigint, readBigint),
  decimal: storedAsNumber(writeDecimal, canonicalDecimal),
  boolean: booleanCodec,
  binary: binaryCodec,
  date: dateCodec,
  ttl: storedAsNumber((value) => String(Math.floor(validDate(value).getTime() / 1000)), readTtl),
  json: jsonCodec,
};

/** Whether values of this kind have no parts. */
export function isScalar(kind: AttributeKind): kind is ScalarKind {
  return Object.hasOwn(SCALARS, kind);
}

/** The codec of a kind without parts. */
export function scalarCodec(kind: ScalarKind): KindCodec {
  return SCALARS[kind];
}
