import { _, Ajv, type Options } from 'ajv';
import { Ajv2020 } from 'ajv/dist/2020.js';
import standalone from 'ajv/dist/standalone/index.js';

// ajv declares a default export, and Node gives CommonJS modules another one around it.
const standaloneCode = ((standalone as { default?: unknown }).default ?? standalone) as typeof standalone.default;

/**
 * JavaScript of a function that tells schemas apart, and the options they are compiled with. Functions are told apart
 * by their place only: compiled code takes those of the formats at run time.
 */
export const KEY_OF: string = `(value) => JSON.stringify(value, (_, each) =>
  typeof each === 'function' ? '\\u0000function' : each instanceof RegExp ? '\\u0000pattern' + each : each)`;

/** A schema a function asks for when it starts. */
export interface WantedSchema {
  /** The keys of the schema and of ajv's options for it: see {@link KEY_OF}. */
  readonly schema: string;
  readonly options: string;
}

/**
 * The module of one schema's code: `verdict` and `listing`, as `@tabletheory/validator` takes them.
 *
 * @returns `undefined` when its options hold code that cannot be taken to the bundle: ajv has to compile it there.
 * @throws Error when the schema is wrong, with ajv's account of where.
 */
export function precompileSchema(wanted: WantedSchema): string | undefined {
  const { formats, ...others } = JSON.parse(wanted.options) as { formats?: Record<string, unknown> };
  if (JSON.stringify(others).includes('\\u0000') || 'code' in others) return undefined;
  const options: Options = { ...others, formats: parseFormats(formats ?? {}) };
  const schema = JSON.parse(wanted.schema) as { $schema?: string };
  const Dialect = String(schema.$schema ?? '').includes('2020-12') ? Ajv2020 : Ajv;
  const codeOf = (allErrors: boolean): string => {
    const ajv = new Dialect({ ...options, allErrors, code: { source: true, formats: _`formats` } });
    return `(formats) => {\nconst module = { exports: {} };\n${standaloneCode(ajv, ajv.compile(schema))}\nreturn module.exports;\n}`;
  };
  return `exports.verdict = ${codeOf(false)};\nexports.listing = ${codeOf(true)};\n`;
}

/** Formats of the same kinds: the code depends on that, and takes functions at run time. */
function parseFormats(formats: Record<string, unknown>): NonNullable<Options['formats']> {
  const revive = (_name: string, value: unknown): unknown => {
    if (value === '\u0000function') return () => true;
    const [, source, flags] = /^\0pattern\/(.*)\/(\w*)$/s.exec(String(value)) ?? [];
    return source === undefined ? value : new RegExp(source, flags);
  };
  return JSON.parse(JSON.stringify(formats), revive) as NonNullable<Options['formats']>;
}
