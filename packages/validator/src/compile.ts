import type { Ajv } from 'ajv';
import { formats } from './formats.ts';
import type { BodyGuard } from './input.ts';
import type { SchemaOptions } from './options.ts';

// Listing every error of a hostile body of 6 MB takes more than 500 MB of memory.
const MAX_LISTED = 65_536;

/** What of ajv's options depends on what a schema is for. */
export type SchemaPurpose = Pick<SchemaOptions, 'coerceTypes' | 'removeAdditional'> & {
  readonly useDefaults?: boolean | 'empty';
};

/**
 * Compiles one plain schema, for which it loads ajv.
 *
 * @param option the option the schema was given in, to name in the error.
 * @param purpose comes before the options of the middleware.
 * @throws TypeError when the schema is wrong, with ajv's account of where.
 */
export type Compile = (option: string, schema: object, purpose?: SchemaPurpose) => Promise<BodyGuard>;

/** What compiles the plain schemas of one middleware. */
export function compilerOf(options: SchemaOptions = {}): Compile {
  const own = {
    strict: true,
    // `required` inside `anyOf` and unions of types are everyday schemas.
    strictRequired: false,
    allowUnionTypes: true,
    useDefaults: true,
    ...options,
    formats: { ...formats, ...options.formats },
  } satisfies SchemaOptions;
  // Schemas have an instance each, so that two may have the same `$id`. This one compiles the schema of schemas,
  // which takes ten times longer than a schema, once for all.
  const checkers = new Map<typeof Ajv, Ajv>();

  return async (option, schema, purpose) => {
    const Dialect = await dialectOf(schema);
    const each = { ...own, ...purpose, validateSchema: false };
    try {
      const checker = checkers.get(Dialect) ?? new Dialect(own);
      checkers.set(Dialect, checker);
      if (options.validateSchema !== false) checker.validateSchema(schema, options.validateSchema !== 'log');
      const verdict = new Dialect({ ...each, allErrors: false }).compile(schema);
      let listing: BodyGuard | undefined;
      const guard = ((value: unknown): boolean => {
        if (verdict(value)) return true;
        guard.errors = verdict.errors ?? [];
        if ((JSON.stringify(value) ?? '').length <= MAX_LISTED) {
          listing ??= new Dialect({ ...each, allErrors: true }).compile(schema);
          listing(value);
          guard.errors = listing.errors ?? guard.errors;
        }
        return false;
      }) as BodyGuard;
      return guard;
    } catch (error) {
      const message = error instanceof Error ? error.message : String(error);
      throw new TypeError(`@tabletheory/validator: option ${option} is not a valid schema: ${message}`, {
        cause: { package: '@tabletheory/validator' },
      });
    }
  };
}

async function dialectOf(schema: object): Promise<typeof Ajv> {
  const uri = '$schema' in schema ? String(schema.$schema) : '';
  // Dynamic, so that compiled validators work without ajv, in a bundle that leaves it out as well.
  if (!uri.includes('2020-12')) return (await import('ajv')).Ajv;
  return (await import('ajv/dist/2020.js')).Ajv2020 as unknown as typeof Ajv;
}
