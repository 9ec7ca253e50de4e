/** The placeholders of a key template: `Placeholders<'CUSTOMER#{customerId}'>` is `'customerId'`. */
export type Placeholders<Template> = Template extends `${string}{${infer Name}}${infer Rest}`
  ? Name | Placeholders<Rest>
  : never;

/** A parsed key template: literals around placeholders, one more literal than placeholders. */
export interface KeyTemplate {
  readonly literals: readonly string[];
  readonly placeholders: readonly string[];
}

/**
 * Parses a template such as `ORDER#{orderId}`.
 *
 * @throws TypeError when braces do not pair, a placeholder repeats, or two placeholders touch.
 */
export function parseTemplate(template: string): KeyTemplate {
  const literals: string[] = [];
  const placeholders: string[] = [];
  let position = 0;
  for (const match of template.matchAll(/\{([^{}]*)\}/g)) {
    const name = match[1] as string;
    literals.push(template.slice(position, match.index));
    if (placeholders.length > 0 && literals.at(-1) === '') {
      throw new TypeError(`Key template ${template}: two placeholders touch, so the key could not be read back`);
    }
    if (placeholders.includes(name)) throw new TypeError(`Key template ${template}: {${name}} stands twice`);
    placeholders.push(name);
    position = match.index + match[0].length;
  }
  literals.push(template.slice(position));
  if (literals.some((literal) => /[{}]/.test(literal))) {
    throw new TypeError(`Key template ${template}: a brace has no partner`);
  }
  return { literals, placeholders };
}

/**
 * Composes a key from its template.
 *
 * @returns the key, and whether all placeholders had a value; without one it is the prefix up to the first gap.
 * @throws RangeError naming the placeholder whose value is empty or contains the literal that follows it: two
 * different items would otherwise share one key.
 */
export function composeKey(
  template: KeyTemplate,
  textOf: (position: number) => string | undefined,
): { key: string; complete: boolean } {
  let key = template.literals[0] as string;
  for (let i = 0; i < template.placeholders.length; i++) {
    const placeholder = template.placeholders[i] as string;
    const value = textOf(i);
    if (value === undefined) return { key, complete: false };
    const next = template.literals[i + 1] as string;
    if (value === '') throw new RangeError(`${placeholder} is part of a key and must not be empty`);
    if (next.length === 1 ? value.includes(next) : next !== '' && (value + next).indexOf(next) !== value.length) {
      throw new RangeError(`${placeholder} is part of a key and must not contain "${next}"`);
    }
    key += value + next;
  }
  return { key, complete: true };
}

/** Reads the placeholders' values back from a stored key; `undefined` when the key was not made by this template. */
export function readKey(template: KeyTemplate, key: string): string[] | undefined {
  const { literals, placeholders } = template;
  const first = literals[0] as string;
  if (!key.startsWith(first)) return undefined;
  // Most templates; what is below gives the same, and takes longer.
  // Stryker disable next-line ConditionalExpression,EqualityOperator,StringLiteral,BlockStatement: as it says.
  if (placeholders.length === 1 && literals[1] === '') {
    return key.length > first.length ? [key.slice(first.length)] : undefined;
  }
  const values: string[] = [];
  let position = first.length;
  for (let i = 1; i < literals.length; i++) {
    const literal = literals[i] as string;
    const end = literal === '' ? key.length : key.indexOf(literal, position);
    if (end <= position) return undefined;
    values.push(key.slice(position, end));
    position = end + literal.length;
  }
  return position === key.length ? values : undefined;
}
