/** A string literal of TypeScript, in single quotes. */
export function quoted(text: string): string {
  return `'${JSON.stringify(text).slice(1, -1).replaceAll('\\"', '"').replaceAll("'", "\\'")}'`;
}

/** A documentation comment of one line, which no text in it ends. */
export function docComment(text: string): string {
  return `/** ${text.replaceAll('*/', '*\\/')} */`;
}
