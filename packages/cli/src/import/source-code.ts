/** The width of a line, that of Biome's and Prettier's settings in most projects of this suite's users. */
const LINE_WIDTH = 120;

/** A piece of source code, in one line or over several. */
export interface Code {
  /** In one line. */
  readonly flat: string;
  /** Over several lines, where it can be. The first starts at `column`, those after it are indented by `indent`. */
  readonly broken?: (indent: string, column: number) => string;
}

/** Code that is never broken. */
export function atom(flat: string): Code {
  return { flat };
}

/**
 * Code as it stands after a text in its line, formatted as Biome does: on one line where it fits with what follows it,
 * else broken.
 *
 * @param column where the code starts.
 * @param trailing the width of what follows it in its last line.
 */
export function print(code: Code, indent: string, column: number, trailing = 1): string {
  const fits = column + code.flat.length + trailing <= LINE_WIDTH;
  return fits || code.broken === undefined ? code.flat : code.broken(indent, column);
}

/** An object with its properties in the given order, or an array of one element each line. */
function delimited(open: string, close: string, space: string, parts: readonly { key: string; value: Code }[]): Code {
  if (parts.length === 0) return atom(open + close);
  return {
    flat: `${open}${space}${parts.map(({ key, value }) => key + value.flat).join(', ')}${space}${close}`,
    broken: (indent) => {
      const inner = `${indent}  `;
      const lines = parts.map(({ key, value }) => `${inner}${key}${print(value, inner, inner.length + key.length)},\n`);
      return `${open}\n${lines.join('')}${indent}${close}`;
    },
  };
}

/** An object literal. */
export function objectCode(properties: readonly (readonly [name: string, value: Code])[]): Code {
  return delimited(
    '{',
    '}',
    ' ',
    properties.map(([name, value]) => ({ key: value.flat === name ? '' : `${propertyName(name)}: `, value })),
  );
}

/** An array literal. */
export function arrayCode(elements: readonly Code[]): Code {
  return delimited(
    '[',
    ']',
    '',
    elements.map((value) => ({ key: '', value })),
  );
}

/**
 * A call. Where its last argument is the only object among them, that is broken first, and only then the list of
 * arguments.
 */
export function callCode(name: string, args: readonly Code[]): Code {
  const flat = `${name}(${args.map((arg) => arg.flat).join(', ')})`;
  const last = args.at(-1);
  if (last === undefined) return atom(flat);
  const others = args.slice(0, -1);
  const before = `${name}(${others.map((arg) => `${arg.flat}, `).join('')}`;
  const isHugged = isObject(last) && last.broken !== undefined && !others.some(isObject);
  const all = delimited(
    `${name}(`,
    ')',
    '',
    args.map((value) => ({ key: '', value })),
  );
  return {
    flat,
    broken: (indent, column) => {
      const hugs = isHugged && column + before.length + 1 <= LINE_WIDTH;
      return hugs
        ? `${before}${last.broken?.(indent, column + before.length)})`
        : (all.broken?.(indent, column) ?? flat);
    },
  };
}

function isObject(code: Code): boolean {
  return code.flat.startsWith('{');
}

/** A string literal, in the quotes that need fewer escapes. */
export function stringCode(text: string): Code {
  const escaped = JSON.stringify(text)
    .slice(1, -1)
    .replaceAll('\\"', '"')
    .replace(/[\u2028\u2029]/g, unicodeEscape);
  const singles = text.split("'").length;
  const doubles = text.split('"').length;
  return atom(singles > doubles ? `"${escaped.replaceAll('"', '\\"')}"` : `'${escaped.replaceAll("'", "\\'")}'`);
}

function unicodeEscape(character: string): string {
  return `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
}

/** A property's name, in quotes where it needs them. */
function propertyName(name: string): string {
  if (name === '__proto__') return "['__proto__']";
  return /^[\p{ID_Start}$_][\p{ID_Continue}$]*$/u.test(name) ? name : stringCode(name).flat;
}
