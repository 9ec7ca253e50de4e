/** The pattern that all values of a composed key have in common: literals around placeholders. */
export interface KeyPattern {
  /** One more than placeholders, as in a template. */
  readonly literals: readonly string[];
  /** The texts of each placeholder, one for every value the pattern was found in. */
  readonly texts: readonly (readonly string[])[];
}

const DELIMITED = /^(\$?[A-Za-z][\w.-]*[#|~]|[A-Za-z_]+:(?!\/\/))/;
const UPPER_CASE = /^[A-Z][A-Z0-9_-]*[A-Z0-9]$/;

/** The literal that a composed key starts with, with its delimiter: `ORDER#` of `ORDER#17`. */
export function prefixOf(value: string): string | undefined {
  return DELIMITED.exec(value)?.[0];
}

/** Whether a key is a word that stands for itself, such as `PROFILE`. */
export function isWord(value: string): boolean {
  return UPPER_CASE.test(value);
}

/**
 * The pattern of a key's values: a literal prefix they share, and placeholders between its delimiters; or one word.
 *
 * @returns `undefined` when they have none, and the key is an attribute like others.
 */
export function keyPatternOf(values: readonly string[]): KeyPattern | undefined {
  const first = values[0];
  if (first === undefined) return undefined;
  const prefix = prefixOf(first);
  if (prefix === undefined) {
    return isWord(first) && values.every((value) => value === first) ? { literals: [first], texts: [] } : undefined;
  }
  if (!values.every((value) => value.startsWith(prefix) && value.length > prefix.length)) return undefined;
  const rests = values.map((value) => value.slice(prefix.length));
  return splitPattern(prefix, rests) ?? { literals: [prefix, ''], texts: [rests] };
}

/** Splits the rests at the prefix's delimiter, where all have the same number of parts and none is empty. */
function splitPattern(prefix: string, rests: readonly string[]): KeyPattern | undefined {
  const delimiter = prefix.slice(-1);
  const rows = rests.map((rest) => rest.split(delimiter));
  const count = rows[0]?.length as number;
  if (rows.some((parts) => parts.length !== count || parts.includes(''))) return undefined;
  const literals = [prefix];
  const texts: string[][] = [];
  for (let i = 0; i < count; i++) {
    const column = rows.map((parts) => parts[i] as string);
    const end = i < count - 1 ? delimiter : '';
    if (column.length > 1 && isWord(column[0] as string) && new Set(column).size === 1) {
      literals[literals.length - 1] += column[0] + end;
    } else {
      texts.push(column);
      literals.push(end);
    }
  }
  return /[{}]/.test(literals.join('')) ? undefined : { literals, texts };
}

/** What stands in front of each placeholder, with those before it as braces: `ORDER#` and `ORDER#{}#`. */
export function prefixesOf({ literals, texts }: KeyPattern): string[] {
  return texts.map((_, i) => literals.slice(0, i + 1).join('{}'));
}

/** A pattern as a template, with the names of its placeholders. */
export function templateOf(pattern: KeyPattern, names: readonly string[]): string {
  return pattern.literals.map((literal, i) => `${literal}${i < names.length ? `{${names[i]}}` : ''}`).join('');
}

/** Whether a key's value could have been made by a pattern. */
export function fitsPattern({ literals }: KeyPattern, value: string): boolean {
  const text = literals.map((literal) => literal.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&')).join('.+');
  return new RegExp(`^${text}$`, 's').test(value);
}
