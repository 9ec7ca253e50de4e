import type { Ajv } from 'ajv';
import { formats } from './formats.ts';
import type { BodyGuard } from './input.ts';
import type { SchemaOptions } from './options.ts';

// Listing every error of a hostile body of 6 MB takes more than 500 MB of memory.
const MAX_LISTED_BODY = 65_536;

/**
 * Compiles one plain schema, for which it loads ajv.
 *
 * @param option the option the schema was given in, to name in the error.
 * @throws TypeError when the schema is wrong, with ajv's account of where.
 */
export async function compile(option: string, schema: object, options: SchemaOptions = {}): Promise<BodyGuard> {
  const Dialect = await dialectOf(schema);
  try {
    const own = {
      strict: true,
      // `required` inside `anyOf` and unions of types are everyday schemas.
      strictRequired: false,
      allowUnionTypes: true,
      ...options,
      formats: { ...formats, ...options.formats },
      useDefaults: true,
    } satisfies SchemaOptions & { useDefaults: true };
    const verdict = new Dialect({ ...own, allErrors: false }).compile(schema);
    let listing: BodyGuard | undefined;
    const guard = ((body: unknown): boolean => {
      if (verdict(body)) return true;
      guard.errors = verdict.errors ?? [];
      if (JSON.stringify(body).length <= MAX_LISTED_BODY) {
        listing ??= new Dialect({ ...own, allErrors: true, validateSchema: false }).compile(schema);
        listing(body);
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
}

async function dialectOf(schema: object): Promise<typeof Ajv> {
  const uri = '$schema' in schema ? String(schema.$schema) : '';
  // Dynamic, so that compiled validators work without ajv, in a bundle that leaves it out as well.
  if (!uri.includes('2020-12')) return (await import('ajv')).Ajv;
  return (await import('ajv/dist/2020.js')).Ajv2020 as unknown as typeof Ajv;
}
