/** An attribute's name as a property: `EntityType` is `entityType`, `GSI1-PK` is `gsi1Pk`. */
export function camelCase(name: string): string {
  if (/^[a-z][A-Za-z0-9]*$/.test(name)) return name;
  const words = wordsOf(name).map((word) => word.toLowerCase());
  const joined = words.map((word, i) => (i === 0 ? word : capitalized(word))).join('');
  return asIdentifier(joined);
}

/** A name as that of a model's constant: `warehouseItem` and `WAREHOUSE_ITEM` are `WarehouseItem`. */
export function modelIdentifier(name: string): string {
  const words = wordsOf(name).map((word) => (word === word.toUpperCase() ? word.toLowerCase() : word));
  const identifier = asIdentifier(words.map(capitalized).join(''));
  // The models' source imports the type `Item`, and makes defaults with `Date`.
  return identifier === 'Item' || identifier === 'Date' ? `${identifier}Model` : identifier;
}

/** A model's name as that of its table in the code: `WarehouseItem` is `warehouseItems`. */
export function pluralOf(name: string): string {
  const singular = camelCase(name);
  if (/[^aeiou]y$/.test(singular)) return `${singular.slice(0, -1)}ies`;
  return /(s|x|z|ch|sh)$/.test(singular) ? `${singular}es` : `${singular}s`;
}

/** A table's name as that of one of its items: `orders` is `order`. */
export function singularOf(name: string): string {
  if (/[^aeiou]ies$/i.test(name)) return name.replace(/ies$/i, 'y');
  return /[^sui]s$/i.test(name) ? name.slice(0, -1) : name;
}

/** Gives names out, each once: a name that is taken gets a number. */
export class Names {
  readonly #taken: Set<string>;

  constructor(taken: Iterable<string> = []) {
    this.#taken = new Set(taken);
  }

  take(wanted: string): string {
    let name = wanted;
    for (let i = 2; this.#taken.has(name); i++) name = `${wanted}${i}`;
    this.#taken.add(name);
    return name;
  }
}

function wordsOf(name: string): string[] {
  return name
    .replace(/(\p{Ll}|\p{N})(\p{Lu})/gu, '$1 $2')
    .replace(/(\p{Lu})(\p{Lu}\p{Ll})/gu, '$1 $2')
    .split(/[^\p{L}\p{N}]+/u)
    .filter((word) => word !== '');
}

function capitalized(word: string): string {
  return word.charAt(0).toUpperCase() + word.slice(1);
}

function asIdentifier(name: string): string {
  return /^[\p{ID_Start}$_]/u.test(name) ? name : `_${name}`;
}
