import type { Plugin } from 'esbuild';
import { takeBuiltins } from './builtins.ts';
import { createRequireWhereNeeded } from './create-require.ts';
import { type CredentialProvider, credentialProviders, leaveOutCredentialProviders } from './credential-providers.ts';
import { applyDefaults } from './defaults.ts';
import { leaveOutOptionalParts, type OptionalPart, optionalParts } from './optional-parts.ts';
import { precompileValidators } from './precompile-validators.ts';

/** Options of {@link tableTheory}. */
export interface TableTheoryOptions {
  /**
   * Environment variables the function reads when it starts: the build starts it to see its JSON Schemas. Those of
   * the build itself are not passed on.
   */
  readonly environment?: Readonly<Record<string, string>> | undefined;
  /**
   * Compiles the JSON Schemas given to `@tabletheory/validator`, and leaves ajv out. `false` leaves that to ajv, when
   * the function starts. Default `true`.
   */
  readonly validators?: boolean | undefined;
  /** Leaves ajv in the bundle all the same, for middlewares that are made later than at the start. Default `false`. */
  readonly ajv?: boolean | undefined;
  /** Providers of the AWS SDK's default credential chain to keep. Default: none, as Lambda needs none of them. */
  readonly credentialProviders?: readonly CredentialProvider[] | undefined;
  /**
   * Parts to keep that are left out where the function's code does not name them: `assumeRole` (option of
   * `@tabletheory/dynamodb`), `document` (`tables.$document()`), `encryption` (attributes that are `encrypted`),
   * `eventStreams` (of SDK clients) and `pinoTransports`. Default: none.
   */
  readonly keep?: readonly OptionalPart[] | undefined;
}

const NAME = '@tabletheory/esbuild';

/**
 * A plugin for esbuild that makes of a Lambda function one minified ES module that starts fast:
 *
 * - Node's own modules are taken through `process.getBuiltinModule`, and those that cost something to load are loaded
 *   where they are first used.
 * - JSON Schemas given to `@tabletheory/validator` are compiled at build time, and ajv is left out.
 * - Providers of the AWS SDK's credential chain that Lambda never uses are left out, and optional parts of packages that
 *   the function does not use.
 * - CommonJS code that calls `require` gets one.
 *
 * Options of esbuild that are not given are set: `bundle`, `minify`, `format: 'esm'`, `platform: 'node'`,
 * `target: 'node22'`, `mainFields`, `metafile`, and with `outdir` the extension `.mjs`.
 *
 * @throws TypeError when an option is wrong.
 *
 * @example
 * import { build } from 'esbuild';
 * import { tableTheory } from '@tabletheory/esbuild';
 *
 * await build({ entryPoints: ['src/handler.ts'], outfile: 'dist/handler.mjs', plugins: [tableTheory()] });
 */
export function tableTheory(options: TableTheoryOptions = {}): Plugin {
  const { environment, validators = true, ajv = false, credentialProviders: kept = [], keep = [] } = options;
  refuseUnknown('credentialProviders', kept, credentialProviders);
  refuseUnknown('keep', keep, optionalParts);
  return {
    name: NAME,
    setup(build) {
      const given = { ...build.initialOptions };
      applyDefaults(build.initialOptions);
      const others = (given.plugins ?? []).filter(({ name }) => name !== NAME);
      // Before the modules of Node are taken: one of them is left out.
      leaveOutOptionalParts(build, { kept: keep, bundle: { ...given, plugins: others } });
      takeBuiltins(build);
      leaveOutCredentialProviders(build, kept);
      createRequireWhereNeeded(build);
      if (!validators) return;
      const plugins = [...others, tableTheory({ ...options, validators: false })];
      precompileValidators(build, { environment, keepAjv: ajv, bundle: { ...given, plugins } });
    },
  };
}

function refuseUnknown(option: string, given: readonly string[], known: readonly string[]): void {
  const unknown = given.find((name) => !known.includes(name));
  if (unknown === undefined) return;
  throw new TypeError(`${NAME}: option ${option} names "${unknown}"; known are ${known.join(', ')}`);
}
