import type { AttributeOptions } from '../attribute.ts';
import { CodecProblem } from './problem.ts';

/** Throws `CodecProblem` for a value that a keyword does not allow. */
export type Check = (value: any) => void;

/** The checks an attribute's JSON Schema keywords ask for. They run after the type check, on values of that type. */
export function checksOf(options: AttributeOptions): Check[] {
  const checks: Check[] = [];
  const add = (keyword: string, holds: (value: any) => boolean, message: string): void => {
    checks.push((value) => {
      if (!holds(value)) throw new CodecProblem(keyword, message);
    });
  };
  const { minLength, maxLength, minimum, maximum, exclusiveMinimum, exclusiveMaximum, multipleOf } = options;
  if (options.enum) {
    const members = new Set<unknown>(options.enum);
    add('enum', (value) => members.has(value), `must be one of ${options.enum.join(', ')}`);
  }
  if (minLength !== undefined)
    add('minLength', (v) => codePoints(v) >= minLength, `must have at least ${minLength} characters`);
  if (maxLength !== undefined)
    add('maxLength', (v) => codePoints(v) <= maxLength, `must have at most ${maxLength} characters`);
  if (options.pattern !== undefined) {
    const pattern = new RegExp(options.pattern, 'u');
    add('pattern', (v) => pattern.test(v), `must match ${options.pattern}`);
  }
  if (options.format !== undefined) {
    const format = Object.hasOwn(FORMATS, options.format) ? FORMATS[options.format] : undefined;
    if (format === undefined)
      throw new TypeError(`unknown format ${options.format}; known are ${Object.keys(FORMATS).join(', ')}`);
    add('format', (v) => format.test(v), `must be a valid ${options.format}`);
  }
  if (minimum !== undefined) add('minimum', (v) => v >= minimum, `must be at least ${minimum}`);
  if (maximum !== undefined) add('maximum', (v) => v <= maximum, `must be at most ${maximum}`);
  if (exclusiveMinimum !== undefined)
    add('exclusiveMinimum', (v) => v > exclusiveMinimum, `must be more than ${exclusiveMinimum}`);
  if (exclusiveMaximum !== undefined)
    add('exclusiveMaximum', (v) => v < exclusiveMaximum, `must be less than ${exclusiveMaximum}`);
  if (multipleOf !== undefined)
    add('multipleOf', (v) => isMultiple(v, multipleOf), `must be a multiple of ${multipleOf}`);
  if (options.minItems !== undefined)
    add(
      'minItems',
      (v) => sizeOf(v) >= (options.minItems as number),
      `must have at least ${options.minItems} elements`,
    );
  if (options.maxItems !== undefined)
    add('maxItems', (v) => sizeOf(v) <= (options.maxItems as number), `must have at most ${options.maxItems} elements`);
  return checks;
}

// Linear-time patterns: none has nested or adjacent unbounded repeats over the same characters.
const FORMATS: Record<string, RegExp> = {
  date: /^\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])$/,
  'date-time':
    /^\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])T([01]\d|2[0-3]):[0-5]\d:[0-5]\d(\.\d{1,9})?(Z|[+-]([01]\d|2[0-3]):[0-5]\d)$/,
  email: /^[^\s@]{1,64}@[^\s@.]+(\.[^\s@.]+)+$/,
  uri: /^[a-zA-Z][a-zA-Z0-9+.-]*:[^\s]+$/,
  uuid: /^[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}$/,
};

/** The length JSON Schema counts: characters, not UTF-16 units. */
function codePoints(value: string): number {
  let surrogatePairs = 0;
  // Stryker disable next-line EqualityOperator,ArithmeticOperator: the last unit has none behind it to pair with.
  for (let i = 0; i < value.length - 1; i++) {
    const unit = value.charCodeAt(i);
    if (unit >= 0xd800 && unit <= 0xdbff) {
      const next = value.charCodeAt(i + 1);
      if (next >= 0xdc00 && next <= 0xdfff) surrogatePairs++;
    }
  }
  return value.length - surrogatePairs;
}

function isMultiple(value: number, of: number): boolean {
  const quotient = value / of;
  // 0.3 is a multiple of 0.1 although 0.3 / 0.1 is 2.9999999999999996.
  // Stryker disable next-line EqualityOperator: either does at the very limit.
  return Math.abs(quotient - Math.round(quotient)) < 1e-9 * Math.max(1, Math.abs(quotient));
}

function sizeOf(value: readonly unknown[] | ReadonlySet<unknown> | object): number {
  // Stryker disable next-line ConditionalExpression: an array has as many keys, which take time to list.
  if (Array.isArray(value)) return value.length;
  return value instanceof Set ? value.size : Object.keys(value).length;
}
