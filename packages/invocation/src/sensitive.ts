// What a process's models call sensitive is configuration, the same for every request: it may live here.
const declared = new Set<string>();

/** Adds attribute names whose values must not be written to a log. Called once, by the middleware that knows the models. */
export function declareSensitive(names: Iterable<string>): void {
  for (const name of names) declared.add(name);
}

/** Every attribute name declared sensitive so far. */
export function sensitiveAttributes(): ReadonlySet<string> {
  return declared;
}
