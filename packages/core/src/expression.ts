import type { AttributeValue } from './codec/attribute-value.ts';

/**
 * The placeholders of one request's expressions. Every name and every value goes through one: no name can clash with
 * a reserved word, and no value is ever part of an expression's text.
 */
export class Expression {
  readonly #names = new Map<string, string>();
  readonly #values: Record<string, AttributeValue> = {};
  #valueCount = 0;

  /** The placeholder of a path: `#0.#1[2]`. */
  path(steps: readonly (string | number)[]): string {
    let text = '';
    for (const step of steps) {
      if (typeof step === 'number') text += `[${step}]`;
      else text += (text === '' ? '' : '.') + this.name(step);
    }
    return text;
  }

  /** The placeholder of an attribute name; the same name has one placeholder. */
  name(name: string): string {
    let placeholder = this.#names.get(name);
    if (placeholder === undefined) {
      placeholder = `#${this.#names.size}`;
      this.#names.set(name, placeholder);
    }
    return placeholder;
  }

  /** The placeholder of a value. */
  value(value: AttributeValue): string {
    const placeholder = `:${this.#valueCount++}`;
    this.#values[placeholder] = value;
    return placeholder;
  }

  /** What the request carries: only what was used, as DynamoDB refuses unused and empty maps. */
  params(): {
    ExpressionAttributeNames?: Record<string, string>;
    ExpressionAttributeValues?: Record<string, AttributeValue>;
  } {
    const params: ReturnType<Expression['params']> = {};
    if (this.#names.size > 0) {
      params.ExpressionAttributeNames = Object.fromEntries(
        [...this.#names].map(([name, placeholder]) => [placeholder, name]),
      );
    }
    if (this.#valueCount > 0) params.ExpressionAttributeValues = this.#values;
    return params;
  }
}
