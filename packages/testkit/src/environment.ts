/**
 * Sets environment variables of this process; `undefined` deletes one.
 *
 * @returns what puts them back as they were.
 */
export function setEnvironment(variables: Readonly<Record<string, string | undefined>>): () => void {
  const before = Object.fromEntries(Object.keys(variables).map((name) => [name, process.env[name]]));
  assign(variables);
  return () => assign(before);
}

function assign(variables: Readonly<Record<string, string | undefined>>): void {
  for (const [name, value] of Object.entries(variables)) {
    // Assigned, it would become the text "undefined".
    if (value === undefined) delete process.env[name];
    else process.env[name] = value;
  }
}
