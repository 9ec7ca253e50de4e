import { _, Ajv, type Options } from 'ajv';
import { Ajv2020 } from 'ajv/dist/2020.js';
import standalone from 'ajv/dist/standalone/index.js';
import { UsageError } from '../command.ts';

// ajv declares a default export, and Node gives CommonJS modules another one around it.
const standaloneCode = ((standalone as { default?: unknown }).default ?? standalone) as typeof standalone.default;

/** A schema to make a validator of. */
export interface ValidatorSource {
  /** The name of the files, without their ends: `create-order`. */
  readonly name: string;
  readonly schema: object;
  /** Whether what it checks is text that has to become the types of the schema: a query string, a path or headers. */
  readonly isText?: boolean;
}

/** The two files of a validator. */
export interface StandaloneValidator {
  readonly name: string;
  /** An ES module: the function is its default export. */
  readonly code: string;
  /** Its declaration. */
  readonly types: string;
}

/** The formats of `@tabletheory/validator`, which the code takes from there. */
export const FORMATS: readonly string[] = ['date', 'date-time', 'email', 'uuid', 'uri'];

/** What the code of ajv calls, in the place of ajv's own modules. */
const HELPERS: Readonly<Record<string, string>> = {
  ucs2length: `const ucs2length = (text) => {
  let length = 0;
  for (const _ of text) length++;
  return length;
};`,
  equal: `const equal = (a, b) => {
  if (a === b) return true;
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return a !== a && b !== b;
  if (Array.isArray(a) !== Array.isArray(b)) return false;
  const keys = Object.keys(a);
  return keys.length === Object.keys(b).length && keys.every((key) => Object.hasOwn(b, key) && equal(a[key], b[key]));
};`,
};

const REQUIRE = /require\("ajv\/dist\/runtime\/(\w+)"\)\.default/g;

/**
 * A validator of one schema as a module that needs no ajv, with the options `@tabletheory/validator` compiles plain
 * schemas with. The function is what its options take: `validator({ body: validate })`.
 *
 * @throws UsageError when the schema is wrong, or uses what cannot stand alone.
 */
export function standaloneValidator({ name, schema, isText = false }: ValidatorSource): StandaloneValidator {
  const dialect = '$schema' in schema ? String(schema.$schema) : '';
  const Dialect = dialect.includes('2020-12') ? Ajv2020 : Ajv;
  const options: Options = {
    strict: true,
    strictRequired: false,
    allowUnionTypes: true,
    useDefaults: true,
    ...(isText && { coerceTypes: 'array' }),
    formats: Object.fromEntries(FORMATS.map((format) => [format, () => true])),
    code: { source: true, esm: true, lines: true, formats: _`formats` },
  };
  const used = new Set<string>();
  const body = compiled(name, () => {
    const ajv = new Dialect(options);
    return standaloneCode(ajv, ajv.compile(schema));
  }).replace(REQUIRE, (whole, helper: string) => {
    if (!(helper in HELPERS)) return whole;
    used.add(helper);
    return helper;
  });
  const [, other] = /^const \w+ = (require\(.*\).*);$/m.exec(body) ?? [];
  if (other !== undefined) throw new UsageError(`${name}: its validator cannot stand alone: it needs ${other}.`);
  const code = [
    '// Made by `tabletheory validators`. Change the schema, and run it again.',
    ...(/^const formats\d+ = formats\b/m.test(body) ? ["import { formats } from '@tabletheory/validator';"] : []),
    ...Object.entries(HELPERS).flatMap(([helper, source]) => (used.has(helper) ? [source] : [])),
    body.replace(/^"use strict";/, ''),
    '',
  ].join('\n');
  return { name, code, types: typesOf(schema) };
}

function compiled(name: string, compile: () => string): string {
  try {
    return compile();
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new UsageError(`${name}: the schema cannot be compiled: ${reason}`, { cause: error });
  }
}

function typesOf(schema: object): string {
  return `// Made by \`tabletheory validators\`.
import type { BodyGuard, FromSchema } from '@tabletheory/validator';

export declare const validate: BodyGuard<FromSchema<${JSON.stringify(schema)}>>;
export default validate;
`;
}
