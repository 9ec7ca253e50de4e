import { CodecProblem } from './problem.ts';

// DynamoDB: up to 38 significant digits, magnitude between 1E-130 and 9.9999999999999999999999999999999999999E+125.
// https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/HowItWorks.NamingRulesDataTypes.html
const MAX_DIGITS = 38;
const MAX_EXPONENT = 125;
const MIN_EXPONENT = -130;
const NUMERAL = /^([+-]?)(\d*)(?:\.(\d*))?(?:[eE]([+-]?\d{1,4}))?$/;

/** A decimal number as its digits without zeros at either end, and the power of ten of its first digit. */
interface Decimal {
  readonly negative: boolean;
  readonly digits: string;
  readonly exponent: number;
}

function parse(text: string): Decimal | undefined {
  const match = NUMERAL.exec(text);
  if (match === null) return undefined;
  const [, sign, whole = '', fraction = '', power = '0'] = match;
  if (whole === '' && fraction === '') return undefined;
  const all = whole + fraction;
  const digits = all.replace(/^0+/, '');
  if (digits === '') return { negative: false, digits: '0', exponent: 0 };
  const exponent = whole.length - 1 - (all.length - digits.length) + Number(power);
  return { negative: sign === '-', digits: digits.replace(/0+$/, ''), exponent };
}

/** Whether a stored number is exactly the JavaScript number it reads as. */
export function isExact(stored: string, value: number): boolean {
  if (!Number.isFinite(value)) return false;
  // 15 significant digits always survive; sign, point and leading zeros only make the string longer.
  if (stored.length <= 15 && !stored.includes('e') && !stored.includes('E')) return true;
  const a = parse(stored);
  const b = parse(String(value));
  return (
    a !== undefined &&
    b !== undefined &&
    a.negative === b.negative &&
    a.digits === b.digits &&
    a.exponent === b.exponent
  );
}

/** A JavaScript number as DynamoDB stores it. */
export function encodeNumber(value: number): string {
  if (!Number.isFinite(value)) throw new CodecProblem('type', 'must be a finite number');
  const magnitude = Math.abs(value);
  if (magnitude !== 0 && (magnitude >= 1e126 || magnitude < 1e-130)) {
    throw new CodecProblem('type', 'is outside the range of numbers DynamoDB can store (1E-130 to 9.99E+125)');
  }
  return String(value);
}

/**
 * A decimal number in its shortest plain form (`'0.10'` is `'0.1'`), or with an exponent where it is very long.
 *
 * @throws CodecProblem when it is no number, or DynamoDB cannot hold it.
 */
export function canonicalDecimal(text: string): string {
  const decimal = parse(text);
  if (decimal === undefined) throw new CodecProblem('type', 'must be a decimal number');
  const { negative, digits, exponent } = decimal;
  if (digits.length > MAX_DIGITS) throw new CodecProblem('type', `must have at most ${MAX_DIGITS} significant digits`);
  if (digits !== '0' && (exponent > MAX_EXPONENT || exponent < MIN_EXPONENT)) {
    throw new CodecProblem('type', 'is outside the range of numbers DynamoDB can store (1E-130 to 9.99E+125)');
  }
  return (negative ? '-' : '') + plain(digits, exponent);
}

/** Whether DynamoDB can hold a number in text. */
export function isStorableNumber(text: string): boolean {
  try {
    canonicalDecimal(text);
    return true;
  } catch {
    return false;
  }
}

/** Compares two numbers in text, digit by digit: below 0, 0 or above. */
export function compareNumbers(a: string, b: string): number {
  const [x, y] = [parse(a), parse(b)] as [Decimal, Decimal];
  const sign = signOf(x);
  if (sign !== signOf(y) || sign === 0) return sign - signOf(y);
  if (x.exponent !== y.exponent) return sign * (x.exponent - y.exponent);
  return x.digits === y.digits ? 0 : x.digits < y.digits ? -sign : sign;
}

function signOf({ negative, digits }: Decimal): number {
  if (digits === '0') return 0;
  return negative ? -1 : 1;
}

function plain(digits: string, exponent: number): string {
  const point = exponent + 1;
  if (point > MAX_DIGITS || point < -20) {
    return `${digits[0]}${digits.length > 1 ? `.${digits.slice(1)}` : ''}e${exponent}`;
  }
  if (point <= 0) return `0.${'0'.repeat(-point)}${digits}`;
  if (digits.length <= point) return digits + '0'.repeat(point - digits.length);
  return `${digits.slice(0, point)}.${digits.slice(point)}`;
}

/** A stored number that is whole, as a `bigint`; `undefined` when it has a fraction. */
export function wholeNumber(stored: string): bigint | undefined {
  const decimal = parse(stored);
  if (decimal === undefined) return undefined;
  const zeros = decimal.exponent + 1 - decimal.digits.length;
  if (zeros < 0) return undefined;
  const magnitude = BigInt(decimal.digits + '0'.repeat(zeros));
  return decimal.negative ? -magnitude : magnitude;
}
