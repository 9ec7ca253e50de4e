/** The part of JSON Schema a middleware's options are described in, with Middy's `instanceof` for functions. */
export interface OptionSchema {
  readonly type?: 'object' | 'array' | 'string' | 'number' | 'integer' | 'boolean';
  readonly instanceof?: 'Function' | 'Object';
  readonly properties?: Readonly<Record<string, OptionSchema>>;
  readonly additionalProperties?: boolean | OptionSchema;
  readonly required?: readonly string[];
  readonly items?: OptionSchema;
  readonly enum?: readonly unknown[];
  readonly minimum?: number;
  readonly maximum?: number;
  readonly minLength?: number;
  readonly anyOf?: readonly OptionSchema[];
}

/**
 * Checks a middleware's options once, when it is made.
 *
 * @param packageName the package to name in the error, for example `@tabletheory/deadline`.
 * @throws TypeError naming the first option that is wrong, unknown or missing.
 */
export function validateOptions(packageName: string, schema: OptionSchema, options: unknown): void {
  const problem = check(schema, options, '');
  if (problem === undefined) return;
  throw new TypeError(`${packageName}: ${problem}`, { cause: { package: packageName } });
}

function check(schema: OptionSchema, value: unknown, path: string): string | undefined {
  const name = path === '' ? 'options' : `option ${path}`;
  if (schema.anyOf !== undefined) {
    const problems = schema.anyOf.map((option) => check(option, value, path));
    return problems.includes(undefined) ? undefined : problems.join(', or ');
  }
  if (schema.enum !== undefined) {
    return schema.enum.includes(value) ? undefined : `${name} must be one of ${schema.enum.join(', ')}`;
  }
  if (schema.instanceof === 'Function') {
    return typeof value === 'function' ? undefined : `${name} must be a function`;
  }
  if (schema.instanceof === 'Object') {
    return typeof value === 'object' && value !== null ? undefined : `${name} must be an object`;
  }
  switch (schema.type) {
    case undefined:
      return undefined;
    case 'object':
      return checkObject(schema, value, path, name);
    case 'array':
      if (!Array.isArray(value)) return `${name} must be an array`;
      return (
        schema.items && firstProblem(value.map((item, i) => [schema.items as OptionSchema, item, `${path}[${i}]`]))
      );
    case 'number':
    case 'integer':
      return checkNumber(schema, value, name);
    default: {
      // `schema.type` is "string" or "boolean" here.
      if (typeof value !== schema.type) return `${name} must be a ${schema.type}`;
      // Stryker disable next-line ConditionalExpression: a boolean has no length, and that is not less than any.
      if (typeof value === 'string' && value.length < (schema.minLength ?? 0)) return `${name} must not be empty`;
      return undefined;
    }
  }
}

function checkNumber(schema: OptionSchema, value: unknown, name: string): string | undefined {
  // Stryker disable next-line ConditionalExpression: what is no number is not finite either; the type needs to be told.
  if (typeof value !== 'number' || !Number.isFinite(value)) return `${name} must be a number`;
  if (schema.type === 'integer' && !Number.isInteger(value)) return `${name} must be an integer`;
  // Stryker disable next-line ConditionalExpression: no number is less than `undefined`.
  if (schema.minimum !== undefined && value < schema.minimum) return `${name} must be at least ${schema.minimum}`;
  // Stryker disable next-line ConditionalExpression: no number is greater than `undefined`.
  if (schema.maximum !== undefined && value > schema.maximum) return `${name} must be at most ${schema.maximum}`;
  return undefined;
}

function checkObject(schema: OptionSchema, value: unknown, path: string, name: string): string | undefined {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return `${name} must be an object`;
  const prefix = path === '' ? '' : `${path}.`;
  for (const key of schema.required ?? []) {
    if ((value as Record<string, unknown>)[key] === undefined) return `option ${prefix}${key} is missing`;
  }
  const { properties = {} } = schema;
  // Stryker disable next-line ArrayDeclaration: a text in place of a schema has none of its keywords.
  const checks: Check[] = [];
  for (const [key, option] of Object.entries(value)) {
    if (option === undefined) continue;
    const own = Object.hasOwn(properties, key) ? properties[key] : undefined;
    if (own !== undefined) checks.push([own, option, prefix + key]);
    else if (typeof schema.additionalProperties === 'object') {
      checks.push([schema.additionalProperties, option, prefix + key]);
    } else if (schema.additionalProperties !== true) {
      const known = Object.keys(properties).join(', ');
      return `option ${prefix}${key} is unknown; known are ${known}`;
    }
  }
  return firstProblem(checks);
}

type Check = [schema: OptionSchema, value: unknown, path: string];

function firstProblem(checks: Check[]): string | undefined {
  for (const [schema, value, path] of checks) {
    const problem = check(schema, value, path);
    if (problem !== undefined) return problem;
  }
  return undefined;
}
