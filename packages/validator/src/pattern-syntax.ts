/** Characters, as inclusive ranges of code points. */
export type CharacterSet = readonly (readonly [from: number, to: number])[];

/** A regular expression, reduced to what decides in how many ways it can match. */
export type Pattern =
  | { readonly kind: 'characters'; readonly set: CharacterSet }
  | { readonly kind: 'sequence' | 'choice'; readonly parts: readonly Pattern[] }
  | { readonly kind: 'loop' | 'optional'; readonly body: Pattern };

const NOTHING: Pattern = { kind: 'sequence', parts: [] };
const LAST = 0x10ffff;
const ANY: CharacterSet = [[0, LAST]];
const NAMED: Readonly<Record<string, CharacterSet>> = {
  d: ranges('09'),
  w: ranges('09', 'AZ', '__', 'az'),
  s: [
    [0x09, 0x0d],
    [0x20, 0x20],
    [0xa0, 0xa0],
    [0x1680, 0x1680],
    [0x2000, 0x200a],
    [0x2028, 0x2029],
    [0x202f, 0x202f],
    [0x205f, 0x205f],
    [0x3000, 0x3000],
    [0xfeff, 0xfeff],
  ],
};
const CONTROLS: Readonly<Record<string, number>> = { t: 9, n: 10, v: 11, f: 12, r: 13, 0: 0 };

/** So many repetitions are as good as endless ones; fewer are written out. */
const MANY = 16;

function ranges(...pairs: string[]): CharacterSet {
  return pairs.map((pair) => [pair.charCodeAt(0), pair.charCodeAt(1)]);
}

function complement(set: CharacterSet): CharacterSet {
  const rest: [number, number][] = [];
  let from = 0;
  for (const [first, last] of set.toSorted(([a], [b]) => a - b)) {
    if (first > from) rest.push([from, first - 1]);
    from = Math.max(from, last + 1);
  }
  if (from <= LAST) rest.push([from, LAST]);
  return rest;
}

/** Reads a pattern that JavaScript has accepted, as JSON Schema writes it: without flags but `u`. */
export class PatternReader {
  /** What stands in lookaheads and lookbehinds: patterns of their own. */
  readonly assertions: Pattern[] = [];
  readonly #text: readonly string[];
  #at = 0;

  constructor(source: string) {
    this.#text = Array.from(source);
  }

  /** The pattern from here to the end, or to the `)` of the group around it. */
  choice(): Pattern {
    const parts = [this.#sequence()];
    while (this.#take('|')) parts.push(this.#sequence());
    return parts.length === 1 ? (parts[0] as Pattern) : { kind: 'choice', parts };
  }

  #sequence(): Pattern {
    const parts: Pattern[] = [];
    while (this.#at < this.#text.length && this.#next !== '|' && this.#next !== ')') {
      parts.push(this.#quantified(this.#atom()));
    }
    return { kind: 'sequence', parts };
  }

  #atom(): Pattern {
    const character = this.#read();
    if (character === '(') return this.#group();
    if (character === '[') return { kind: 'characters', set: this.#characterClass() };
    if (character === '.')
      return {
        kind: 'characters',
        set: complement([
          [10, 10],
          [13, 13],
          [0x2028, 0x2029],
        ]),
      };
    if (character === '^' || character === '$') return NOTHING;
    if (character !== '\\') return { kind: 'characters', set: single(character) };
    if (this.#take('b') || this.#take('B')) return NOTHING;
    return { kind: 'characters', set: this.#escape() };
  }

  #group(): Pattern {
    const lookaround = ['?=', '?!', '?<=', '?<!'].some((opening) => this.#take(opening));
    if (!lookaround && !this.#take('?:') && this.#take('?<')) while (this.#read() !== '>');
    const body = this.choice();
    this.#take(')');
    if (!lookaround) return body;
    this.assertions.push(body);
    return NOTHING;
  }

  #quantified(body: Pattern): Pattern {
    const quantifier = /^(?:[*+?]|\{(\d+)(?:(,)(\d*))?\})\??/.exec(this.#text.slice(this.#at, this.#at + 40).join(''));
    if (quantifier === null) return body;
    this.#at += quantifier[0].length;
    const [sign = ''] = quantifier[0];
    const least = quantifier[1] === undefined ? Number(sign === '+') : Number(quantifier[1]);
    const most = quantifier[1] === undefined ? (sign === '?' ? 1 : Infinity) : mostOf(quantifier, least);
    if (most === Infinity || most >= MANY) {
      // As often as a number says, of something that always takes as much, is one way only.
      const repeated: Pattern = most > least || varies(body) ? { kind: 'loop', body } : body;
      return least === 0 ? { kind: 'optional', body: repeated } : repeated;
    }
    const optional: Pattern = { kind: 'optional', body };
    return { kind: 'sequence', parts: Array.from({ length: most }, (_, i) => (i < least ? body : optional)) };
  }

  #characterClass(): CharacterSet {
    const negated = this.#take('^');
    const set: (readonly [number, number])[] = [];
    while (!this.#take(']')) {
      const from = this.#classMember();
      const [first] = from[0] ?? [0];
      if (from.length === 1 && this.#next === '-' && this.#text[this.#at + 1] !== ']') {
        this.#at++;
        const [, last] = this.#classMember().at(-1) ?? [0, LAST];
        set.push([first, Math.max(first, last)]);
      } else set.push(...from);
    }
    return negated ? complement(set) : set;
  }

  #classMember(): CharacterSet {
    const character = this.#read();
    return character === '\\' ? this.#escape() : single(character);
  }

  #escape(): CharacterSet {
    const character = this.#read();
    const named = NAMED[character.toLowerCase()];
    if (named !== undefined) return character === character.toLowerCase() ? named : complement(named);
    const control = CONTROLS[character];
    if (control !== undefined) return [[control, control]];
    if (character === 'b') return [[8, 8]];
    if (character === 'u' || character === 'x') return this.#codePoint(character);
    if (character === 'c') return single(String.fromCharCode(this.#read().charCodeAt(0) % 32));
    if (character === 'p' || character === 'P' || character === 'k') {
      while (!'}>'.includes(this.#read()));
      return ANY;
    }
    return /\d/.test(character) ? ANY : single(character); // a number refers back
  }

  #codePoint(kind: 'u' | 'x'): CharacterSet {
    let digits = '';
    if (this.#take('{')) for (let digit = this.#read(); digit !== '}'; digit = this.#read()) digits += digit;
    else while (digits.length < (kind === 'u' ? 4 : 2)) digits += this.#read();
    const point = Number.parseInt(digits, 16);
    return [[point, point]];
  }

  get #next(): string | undefined {
    return this.#text[this.#at];
  }

  #read(): string {
    const character = this.#text[this.#at++];
    if (character === undefined) throw new SyntaxError('The pattern ends too early');
    return character;
  }

  #take(expected: string): boolean {
    if (this.#text.slice(this.#at, this.#at + expected.length).join('') !== expected) return false;
    this.#at += expected.length;
    return true;
  }
}

function single(character: string): CharacterSet {
  const point = character.codePointAt(0) as number;
  return [[point, point]];
}

function mostOf([, , comma, most]: RegExpExecArray, least: number): number {
  if (comma === undefined) return least;
  return most === '' ? Infinity : Number(most);
}

function varies(pattern: Pattern): boolean {
  if ('parts' in pattern) return pattern.parts.some(varies);
  return pattern.kind !== 'characters';
}
