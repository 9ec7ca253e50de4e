// `__proto__` among them
const INHERITED: ReadonlySet<unknown> = new Set(Object.getOwnPropertyNames(Object.prototype));

/** Whether a schema names a property that every object inherits, such as `constructor`. */
export function namesInherited(schema: object): boolean {
  let found = false;
  JSON.stringify(schema, (key, value: unknown) => {
    found ||= INHERITED.has(key) || INHERITED.has(value);
    return value;
  });
  return found;
}
