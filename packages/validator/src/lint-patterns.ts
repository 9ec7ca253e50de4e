import { isExponential } from './pattern-ambiguity.ts';

/** A regular expression in a schema that hostile input can stop a process with. */
export interface SlowPattern {
  /** JSON pointer to it, in the schema. */
  readonly schemaPath: string;
  readonly pattern: string;
}

/** What holds values, and no schemas. */
const VALUES = new Set(['const', 'default', 'enum', 'examples']);

/**
 * Finds the regular expressions of a JSON Schema (`pattern` and the keys of `patternProperties`) that take time
 * exponential in the length of some inputs, such as `^(a+)+$` or `^(\w+\s?)*$`. Call it in a test of yours, for the
 * schemas of your function and of your models: a request that is checked with such a pattern can block the process
 * until its timeout.
 *
 * It finds exponential time only: a pattern such as `\s*,\s*\s*$` takes time quadratic in the length, for which a
 * `maxBodyBytes` is the remedy. Backreferences are taken for any character.
 *
 * @throws SyntaxError for a pattern that is no regular expression.
 *
 * @example
 * const found = lintPatterns({ type: 'object', properties: { name: { type: 'string', pattern: '^([a-z]+ ?)+$' } } });
 * console.log(found); // [{ schemaPath: '/properties/name/pattern', pattern: '^([a-z]+ ?)+$' }]
 */
export function lintPatterns(schema: object): SlowPattern[] {
  const found: SlowPattern[] = [];
  const waiting: [path: string, value: object][] = [['', schema]];
  const seen = new Set<object>([schema]);
  for (const [path, value] of waiting) {
    for (const [key, member] of Object.entries(value)) {
      const place = `${path}/${key.replaceAll('~', '~0').replaceAll('/', '~1')}`;
      if (path.endsWith('/patternProperties')) note(found, place, key);
      if (key === 'pattern' && typeof member === 'string') note(found, place, member);
      if (typeof member !== 'object' || member === null || VALUES.has(key) || seen.has(member)) continue;
      seen.add(member);
      waiting.push([place, member]);
    }
  }
  return found;
}

function note(found: SlowPattern[], schemaPath: string, pattern: string): void {
  new RegExp(pattern, 'u');
  if (isExponential(pattern)) found.push({ schemaPath, pattern });
}
