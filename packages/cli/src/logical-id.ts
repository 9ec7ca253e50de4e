/**
 * The name of a resource in a template: letters and digits only, and a letter first, as properties of the CDK and names
 * of Terraform begin with none of the digits.
 *
 * @example
 * logicalId('orders-v2', 'Table'); // 'OrdersV2Table'
 */
export function logicalId(...words: readonly string[]): string {
  return words
    .flatMap((word) => word.split(/[^A-Za-z0-9]+/))
    .map((word) => word.charAt(0).toUpperCase() + word.slice(1))
    .join('')
    .replace(/^(?=\d)/, 'X');
}

/**
 * Logical ids of names, with a number after those that would be the same: `a.b` and `a-b` both are `AB`.
 */
export function logicalIds(names: readonly string[]): Map<string, string> {
  const ids = new Map<string, string>();
  const taken = new Set<string>();
  for (const name of names) {
    const id = logicalId(name);
    let unique = id;
    for (let n = 2; taken.has(unique); n++) unique = `${id}${n}`;
    taken.add(unique);
    ids.set(name, unique);
  }
  return ids;
}
