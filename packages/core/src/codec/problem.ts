import type { AttributeValue } from './attribute-value.ts';

/** One thing wrong with a value: where, and which rule. It never holds the value. */
export interface Problem {
  /** Where in the item, for example `lines[2].sku`. */
  readonly path: string;
  /** The rule: a JSON Schema keyword, or `key`. */
  readonly keyword: string;
  readonly message: string;
}

/**
 * Thrown inside the codec and caught at its edge, where it becomes a typed error. Not an `Error`: it needs no stack,
 * and reading a page of bad rows should not pay for one each.
 */
export class CodecProblem implements Problem {
  path = '';
  readonly keyword: string;
  readonly message: string;

  constructor(keyword: string, message: string) {
    this.keyword = keyword;
    this.message = message;
  }

  /** This problem, one step further out. */
  within(step: string | number): this {
    if (typeof step === 'number')
      this.path = `[${step}]${this.path.startsWith('[') || !this.path ? '' : '.'}${this.path}`;
    else this.path = step + (this.path === '' || this.path.startsWith('[') ? '' : '.') + this.path;
    return this;
  }
}

/** Adds a step to the path of a problem that passes through; anything else is thrown on as it is. */
export function rethrowWithin(error: unknown, step: string | number): never {
  throw error instanceof CodecProblem ? error.within(step) : error;
}

/** The problem of a stored value that is of another type than its attribute. */
export function storedTypeProblem(expected: string, value: AttributeValue): CodecProblem {
  return new CodecProblem('type', `is stored as ${Object.keys(value)[0] ?? 'nothing'}, expected ${expected}`);
}

/** Maps one part of a value; a problem names its place. */
export function within<From, To>(map: (value: From) => To, value: From, step: string | number): To {
  try {
    return map(value);
  } catch (error) {
    return rethrowWithin(error, step);
  }
}

/**
 * Refuses a set with one element twice: different values in code, as two arrays of the same bytes are, and the same in
 * the table. DynamoDB refuses it too, in a message that quotes them.
 */
export function refuseRepeated(stored: readonly (string | undefined)[]): void {
  if (new Set(stored).size < stored.length) throw new CodecProblem('uniqueItems', 'must not hold one element twice');
}
