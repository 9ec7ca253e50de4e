import type { AttributeValue } from './codec/attribute-value.ts';

/**
 * The placeholders of one request's expressions. Every name and every value goes through one: no name can clash with
 * a reserved word, and no value is ever part of an expression's text.
 */
export class Expression {
  readonly #placeholders = new Map<string, string>();
  readonly #names: Record<string, string> = {};
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
    let placeholder = this.#placeholders.get(name);
    if (placeholder === undefined) {
      placeholder = `#${this.#placeholders.size}`;
      this.#placeholders.set(name, placeholder);
      this.#names[placeholder] = name;
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
    if (this.#placeholders.size > 0) params.ExpressionAttributeNames = this.#names;
    if (this.#valueCount > 0) params.ExpressionAttributeValues = this.#values;
    return params;
  }
}
