import type { Ajv } from 'ajv';
import { formats } from './formats.ts';
import { namesInherited } from './inherited-names.ts';
import type { BodyGuard } from './input.ts';
import type { SchemaOptions } from './options.ts';
import { type Formats, precompiledSchema } from './precompiled.ts';

// Listing every error of a hostile body of 6 MB takes more than 500 MB of memory.
const MAX_LISTED = 65_536;

/** What of ajv's options depends on what a schema is for. */
export type SchemaPurpose = Pick<SchemaOptions, 'coerceTypes' | 'removeAdditional'> & {
  readonly useDefaults?: boolean | 'empty';
};

/**
 * Compiles one plain schema, for which it loads ajv, unless the schema was compiled when the function was bundled.
 *
 * @param option the option the schema was given in, to name in the error.
 * @param purpose comes before the options of the middleware.
 * @throws TypeError when the schema is wrong, with ajv's account of where.
 */
export type Compile = (option: string, schema: object, purpose?: SchemaPurpose) => BodyGuard | Promise<BodyGuard>;

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

  const compileNow = async (option: string, schema: object, each: SchemaOptions): Promise<BodyGuard> => {
    const Dialect = await dialectOf(schema);
    try {
      const checker = checkers.get(Dialect) ?? new Dialect(own);
      checkers.set(Dialect, checker);
      if (options.validateSchema !== false) checker.validateSchema(schema, options.validateSchema !== 'log');
      const compileWith = (allErrors: boolean): BodyGuard =>
        new Dialect({ ...each, validateSchema: false, allErrors }).compile(schema);
      return guardOf(compileWith(false), () => compileWith(true));
    } catch (error) {
      const message = error instanceof Error ? error.message : String(error);
      throw new TypeError(`@tabletheory/validator: option ${option} is not a valid schema: ${message}`, {
        cause: { package: '@tabletheory/validator' },
      });
    }
  };

  return (option, schema, purpose) => {
    // What an object inherits must not be taken for what a request has. Asked of every property, it takes time.
    const inherited = namesInherited(schema) && { ownProperties: true };
    const each = { ...inherited, ...own, ...purpose } as SchemaOptions & { formats: Formats };
    const precompiled = precompiledSchema(schema, each);
    if (precompiled === undefined) return compileNow(option, schema, each);
    return guardOf(precompiled.verdict(each.formats), () => precompiled.listing(each.formats));
  };
}

/** Decides by the first error, and then lists them all, if there cannot be too many. */
function guardOf(verdict: BodyGuard, makeListing: () => BodyGuard): BodyGuard {
  let listing: BodyGuard | undefined;
  const guard = ((value: unknown): boolean => {
    if (verdict(value)) return true;
    guard.errors = verdict.errors ?? [];
    if ((JSON.stringify(value) ?? '').length <= MAX_LISTED) {
      listing ??= makeListing();
      listing(value);
      guard.errors = listing.errors ?? guard.errors;
    }
    return false;
  }) as BodyGuard;
  return guard;
}

async function dialectOf(schema: object): Promise<typeof Ajv> {
  const uri = '$schema' in schema ? String(schema.$schema) : '';
  // Dynamic, so that compiled validators work without ajv, in a bundle that leaves it out as well.
  if (!uri.includes('2020-12')) return (await import('ajv')).Ajv;
  return (await import('ajv/dist/2020.js')).Ajv2020 as unknown as typeof Ajv;
}
